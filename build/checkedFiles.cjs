// Goes into the bundle that loads DuckDB: throws unless the folder's files are those that the bundle was made with.
const {createHash} = require('node:crypto');
const {readFileSync} = require('node:fs');
const {join} = require('node:path');

module.exports = (folder, hashes) => {
  for (const [name, expected] of Object.entries(hashes)) {
    const found = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (found !== expected)
      throw new Error(
        `${name} is not the file that Study Desk was made with: its SHA-256 is ${found}.`,
      );
  }
};
