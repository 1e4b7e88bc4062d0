// Passkeys: a browser speaks to an authenticator by a script alone (W3C Web Authentication, Level 3).
// A form says in data-passkey what it does: "make" a passkey, "use" one, or "sign-in" with one.
"use strict";

(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (each) => each.charCodeAt(0)).buffer;
  };

  const text = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (each) => String.fromCharCode(each)).join(""))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");

  const withBytes = (options) => {
    const read = { ...options, challenge: bytes(options.challenge) };
    if (read.user) {
      read.user = { ...read.user, id: bytes(read.user.id) };
    }
    for (const name of ["excludeCredentials", "allowCredentials"]) {
      if (read[name]) {
        read[name] = read[name].map((each) => ({ ...each, id: bytes(each.id) }));
      }
    }
    return read;
  };

  const written = (credential) => {
    const response = {};
    for (const name of [
      "clientDataJSON",
      "attestationObject",
      "authenticatorData",
      "signature",
      "userHandle",
    ]) {
      if (credential.response[name]) {
        response[name] = text(credential.response[name]);
      }
    }
    if (credential.response.getTransports) {
      response.transports = credential.response.getTransports();
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const given = (form) => JSON.parse(document.getElementById(form.dataset.given).textContent);

  const make = async (form) => {
    const options = withBytes(given(form).creation_options.publicKey);
    const alone = form.querySelector("[name=passwordless]");
    const needed = alone && alone.checked;
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: needed ? "required" : "discouraged",
      requireResidentKey: Boolean(needed),
      userVerification: needed ? "required" : "preferred",
    };
    return navigator.credentials.create({ publicKey: options });
  };

  const use = async (form) =>
    navigator.credentials.get({ publicKey: withBytes(given(form).request_options.publicKey) });

  const signIn = async (form) => {
    const answer = await fetch(form.dataset.options, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    const options = (await answer.json()).request_options.publicKey;
    return navigator.credentials.get({ publicKey: withBytes(options) });
  };

  const ways = { make, use, "sign-in": signIn };

  const sayThatItFailed = (form) => {
    let place = form.querySelector("[data-said]");
    if (!place) {
      place = document.createElement("p");
      place.className = "mistake";
      place.setAttribute("role", "alert");
      place.dataset.said = "";
      form.prepend(place);
    }
    place.textContent = form.dataset.failed;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const credential = await ways[form.dataset.passkey](form);
        form.querySelector("[name=credential]").value = JSON.stringify(written(credential));
        form.submit();
      } catch {
        sayThatItFailed(form);
      }
    });
  }
})();
