// Stands in for ssh2 in the bundles: engines behind ssh:// are rare, and reading ssh2 at every start is slow.
exports.Client = function Client(...args) {
  const ssh2 = require('ssh2');
  return new ssh2.Client(...args);
};
