<p>{{name}}</p>{{! here }}
