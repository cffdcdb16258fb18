{{%AUTOESCAPE context="HTML"}}
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:20px 0"><tr><td style="background-color:#265bc5;border-radius:6px"><a href="{{url}}" style="display:inline-block;padding:10px 18px;color:#ffffff;font-weight:500;text-decoration:none">{{label}}</a></td></tr></table>
<p style="margin:0 0 12px 0;font-size:13px;line-height:20px;color:#4f535b">Or open this address: <a href="{{url}}" style="color:#1d52bb;word-break:break-all">{{url}}</a></p>
