{{%AUTOESCAPE context="HTML"}}
<p><a class="link" href="/mailbox">All letters</a></p>
{{#mail}}
<div class="page-head mt-2"><h1>{{subject}}</h1></div>
<p class="meta mt-1">To {{recipient}} · <time datetime="{{sent_at}}">{{sent_at_text}}</time></p>
<iframe class="card mt-5 w-full h-[34rem]" title="The letter as it looks" src="{{html_url}}"></iframe>
{{/mail}}
<section class="card card-body mt-4" aria-labelledby="links-title">
  <h2 class="card-title" id="links-title">Links in it</h2>
  <ul class="mt-2">{{#links}}<li class="mt-1"><a class="link mono break-all" href="{{item}}">{{item}}</a></li>{{/links}}</ul>
</section>
<section class="card card-body mt-4" aria-labelledby="text-title">
  <h2 class="card-title" id="text-title">As text</h2>
  {{#mail}}<pre class="mt-3 mono whitespace-pre-wrap">{{text:pre_escape}}</pre>{{/mail}}
</section>
