// The preview beside a form says what is being typed: <h3 data-preview="#id_name">Your circle</h3>.

for (const shown of document.querySelectorAll("[data-preview]")) {
  const field = document.querySelector(shown.dataset.preview);
  const words = field && field.defaultValue ? "" : shown.textContent;
  const show = () => { shown.textContent = field.value.trim() || words; };
  if (!field) continue;
  field.addEventListener("input", show);
  show();
}
