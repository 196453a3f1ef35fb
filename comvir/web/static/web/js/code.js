// A code typed to its sixth digit goes by itself; never one that is pasted, nor one typed over an error.

const field = document.querySelector("input.code");
const wrong = field && field.getAttribute("aria-invalid") === "true";
let last = field ? field.value.length : 0;

field?.addEventListener("input", (event) => {
  const digits = field.value.replace(/[\s.-]/g, "");
  const typed = event.inputType === "insertText" && field.value.length - last === 1;
  last = field.value.length;
  if (typed && !wrong && /^[0-9]{6}$/.test(digits)) field.form.requestSubmit(field.form.querySelector("button.btn"));
});
