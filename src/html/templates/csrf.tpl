{{%AUTOESCAPE context="HTML"}}
<input type="hidden" name="csrf_token" value="{{csrf_token}}"><input type="hidden" name="idempotency_key" value="{{idempotency_key}}.{{sequence}}">
