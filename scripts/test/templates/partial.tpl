{{%AUTOESCAPE context="HTML"}}
{{>row}}{{>ICON_PLUS}}{{>CONTENT}}{{>ICON}}
{{>rwo}}{{! here }}
{{>ICON_PLSU}}{{! here }}
