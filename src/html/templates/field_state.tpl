{{%AUTOESCAPE context="HTML" state="IN_TAG"}}
{{#autocomplete}} autocomplete="{{autocomplete}}"{{/autocomplete}}{{#required}} required{{/required}}{{#disabled}} disabled{{/disabled}}{{#readonly}} readonly{{/readonly}}{{#max_length}} maxlength="{{max_length}}"{{/max_length}}{{#error}} aria-invalid="true"{{/error}}{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}
