{{%AUTOESCAPE context="HTML"}}
<!doctype html>
<html lang="{{lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{title}}</title>
</head>
<body style="margin:0;padding:0;background-color:#f9fafb;color:#191c22;font-family:Inter,system-ui,'Segoe UI',Helvetica,Arial,sans-serif;font-size:15px;line-height:24px">
<div style="display:none;max-height:0;overflow:hidden">{{preview}}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f9fafb">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px">
<tr><td style="padding:0 0 16px 0;font-size:15px;font-weight:600">{{#brand}}<a href="{{url}}" style="color:#191c22;text-decoration:none">{{#logo}}<img src="{{logo}}" alt="" height="28" style="height:28px;vertical-align:middle;border:0;margin-right:8px">{{/logo}}{{name}}</a>{{/brand}}</td></tr>
<tr><td style="padding:28px;background-color:#ffffff;border:1px solid #e2e4e7;border-radius:8px;color:#191c22">
<h1 style="margin:0 0 12px 0;font-size:20px;line-height:28px;font-weight:600">{{title}}</h1>
{{>CONTENT}}
</td></tr>
<tr><td style="padding:16px 0 0 0;font-size:12px;line-height:18px;color:#676a72">{{reason}}{{#brand}}{{#address}}<br>{{address}}{{/address}}{{/brand}}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
