// Passkeys need a script and a browser that knows them: what is about them appears only then.

const place = document.getElementById("by-passkey");
if (place && window.PublicKeyCredential) place.hidden = false;

// A passkey that was not found, or a hand that drew back: say what else there is, and leave the browser's console alone.
document.addEventListener("allauth.error", (event) => {
  const trouble = document.getElementById("passkey-trouble");
  if (!trouble) return;
  event.preventDefault();
  trouble.hidden = false;
});
for (const button of document.querySelectorAll("#passkey-enter, #passkey-add")) {
  button.addEventListener("click", () => {
    const trouble = document.getElementById("passkey-trouble");
    if (trouble) trouble.hidden = true;
  });
}
