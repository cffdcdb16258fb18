{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Mailbox</h1></div>
<p class="text-ink-2">Every letter that would have gone out. Nothing leaves this machine.</p>
{{#mails_not}}
<div class="card mt-6"><div class="empty"><h2>No letters yet</h2><p>Sign up, invite somebody or reach a limit, and the letter appears here.</p></div></div>
{{/mails_not}}
<ul class="card mt-6 divide-y divide-line">
{{#mails}}
<li class="px-5 py-3"><a class="block" href="{{url}}"><span class="font-medium">{{subject}}</span><br><span class="meta">{{recipient}} · <time datetime="{{sent_at}}">{{sent_at_text}}</time></span></a></li>
{{/mails}}
</ul>
