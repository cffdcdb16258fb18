{{%AUTOESCAPE context="HTML"}}
<h1>{{title}}</h1>
{{#over}}
<p class="lede">What concerns the data of your {{word_workspace}} still reaches you, such as the last notice before it is deleted.</p>
<form class="form" method="post" action="{{action}}">{{>CSRF}}<button class="btn btn-secondary btn-block" type="submit" data-busy="Saving…">Send them again</button></form>
{{/over}}
{{#over_not}}
<p class="lede">We write at most a few times after a plan has ended. What concerns the data of your {{word_workspace}} still reaches you.</p>
<form class="form" method="post" action="{{action}}">{{>CSRF}}<input type="hidden" name="List-Unsubscribe" value="One-Click"><button class="btn btn-primary btn-block" type="submit" data-busy="Saving…">No more of these mails</button></form>
{{/over_not}}
