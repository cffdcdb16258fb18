{{%AUTOESCAPE context="HTML"}}
<p><a href="/mailbox">Mailbox</a></p>
{{#mail}}
<div class="page-head"><h1>{{subject}}</h1></div>
<p class="meta">To {{recipient}} · <time datetime="{{sent_at}}">{{sent_at_text}}</time></p>
{{/mail}}
{{#links}}<p class="mt-2"><a class="mono" href="{{item}}">{{item}}</a></p>{{/links}}
{{#mail}}
<iframe class="card mt-6 w-full h-96" title="The letter as it looks" src="{{html_url}}"></iframe>
<h2 class="mt-6">As text</h2>
<pre class="card mt-2 p-5 mono whitespace-pre-wrap">{{text:pre_escape}}</pre>
{{/mail}}
