{{%AUTOESCAPE context="HTML"}}
<p>Please try again</p>{{! here }}
<p>Saved
   successfully</p>{{! here }}
<p>Welcome!</p>{{! here }}
<p title="Please">Try again {{please}}</p>
