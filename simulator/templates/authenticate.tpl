{{%AUTOESCAPE context="HTML"}}
<h1 class="page-title">Is it you?</h1>
<section class="card mt-6" aria-label="3-D Secure">
  <div class="card-body">
    <p class="mb-4 text-ink-2">Your bank asks whether you want to pay. This is the simulator's 3-D Secure.</p>
    <form class="form" method="post" action="{{action}}">
      {{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}">
      <div class="form-foot">
        <button class="btn btn-primary btn-lg" type="submit" name="decision" value="approve">Approve</button>
        <button class="btn btn-ghost btn-lg" type="submit" name="decision" value="fail">Fail</button>
      </div>
    </form>
  </div>
</section>
