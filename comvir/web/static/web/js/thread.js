// Reading a thread to its end puts its notices away; a refused answer comes back in its form.
// Without this script, a button does the first and a page the second.

const away = document.querySelector("form[data-settle]");
const answer = () => document.getElementById("answer");

if (away && answer() && "IntersectionObserver" in window) {
  const end = new IntersectionObserver(async (seen) => {
    if (!seen.some((one) => one.isIntersecting) || document.visibilityState === "hidden") return;
    end.disconnect();
    const form = new FormData(away);
    form.set("quietly", "yes");
    const done = await fetch(away.action, { method: "POST", body: form, redirect: "error" }).catch(() => null);
    if (done && done.ok) away.hidden = true;
  });
  end.observe(answer());
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!requestConfig.elt.closest("#answer") || xhr.status < 400 || xhr.status >= 500) return;
  if (!(xhr.getResponseHeader("Content-Type") || "").startsWith("text/html") || !xhr.responseText.includes('id="answer"')) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  event.detail.target = answer();
  event.detail.swapOverride = "outerHTML";
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const field = document.querySelector("#answer [aria-invalid='true']");
  if (field) field.focus();
  else if (event.detail.target && event.detail.target.id === "list") document.getElementById("answer-text")?.focus();
});
