// SPDX-License-Identifier: GPL-3.0-or-later
// sharp-peer.js SIZES OUT LIST: thumbnails with sharp, as tests/bench/peers measures them: as many
// images at once as there are processors, one thread each, transparent pictures on white, JPEG at
// 75.
const fs = require('fs');
const os = require('os');
const path = require('path');
const sharp = require(path.join(process.env.SHARP_HOME, 'node_modules', 'sharp'));

const [sizes, out, list] = process.argv.slice(2);
const files = fs.readFileSync(list, 'utf8').trim().split('\n');

async function make(file) {
  for (const size of sizes.split(',').map(Number)) {
    await sharp(file).rotate().resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' }).jpeg({ quality: 75 })
      .toFile(path.join(out, `${path.basename(file)}-${size}.jpg`));
  }
}

async function work() {
  for (let file = files.pop(); file !== undefined; file = files.pop()) await make(file);
}

sharp.concurrency(1);
sharp.cache(false);
Promise.all(os.cpus().map(work));
