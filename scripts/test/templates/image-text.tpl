{{%AUTOESCAPE context="HTML"}}
<img src="/x.png">{{! here }}
<img src="/x.png" alt="">
