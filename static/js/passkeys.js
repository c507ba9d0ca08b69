// Passkeys (WebAuthn): a form that makes one or is answered with one. What the server asks for stands in the page as
// JSON, or is fetched from the form's address; the answer goes back in its hidden field. The buttons wait for us.
const passkeys = window.webauthnJSON; // github/webauthn-json, which allauth ships

function possible() {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname); // passkeys belong to names
  return window.isSecureContext && passkeys && passkeys.supported() && !isAddress;
}

function say(form, problem) {
  for (const part of form.querySelectorAll("[data-passkey-problem]")) {
    part.hidden = part.dataset.passkeyProblem !== problem;
  }
}

async function wanted(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return (await answer.json()).request_options;
}

async function make(options) {
  // One that its device can find without being told who asks: it signs its owner in alone.
  options.publicKey.authenticatorSelection.residentKey = "required";
  options.publicKey.authenticatorSelection.requireResidentKey = true;
  return passkeys.create(options);
}

async function ask(event) {
  const form = event.currentTarget;
  event.preventDefault();
  say(form, null);
  try {
    const options = await wanted(form);
    const credential = await (form.dataset.passkey === "create" ? make(options) : passkeys.get(options));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch (error) {
    say(form, error.name === "InvalidStateError" ? "known" : "refused");
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (possible()) {
    form.querySelector("[data-passkey-button]").disabled = false;
    form.addEventListener("submit", ask);
  } else {
    say(form, "unsupported");
  }
}
