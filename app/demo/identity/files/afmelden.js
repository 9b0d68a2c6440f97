// Signing out was already asked for in KISS; asking again would be a click for nothing.
const form = document.getElementById('op.logoutForm');
form.requestSubmit(document.querySelector('button[name="logout"]'));
