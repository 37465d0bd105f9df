// What is fetched is pinned by version and checksum, and what is handed out says what it is made of: every component with
// version, licence and text, every file with its checksum.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = path.join(process.env.LADDER_BUILD || path.join(root, 'build', 'web'), 'dist');
const read = (...name) => fs.readFileSync(path.join(...name), 'utf8');
const tracked = (function walk(folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return ['build', 'out', 'node_modules', '.git', '__pycache__'].includes(entry.name) ? [] : walk(name);
    return [name];
  });
})('');

test('every npm package is named with an exact version and a checksum, and is installed only from its lock file', () => {
  const manifests = tracked.filter((name) => name.endsWith('package.json') && !name.startsWith('web/element/'));
  assert.ok(manifests.length >= 3);
  for (const name of manifests) {
    const manifest = JSON.parse(read(root, name)), lock = JSON.parse(read(root, path.dirname(name), 'package-lock.json'));
    for (const [dependency, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) assert.match(version, /^\d+\.\d+\.\d+$/, `${name}: ${dependency}`);
    for (const [where, entry] of Object.entries(lock.packages)) {
      if (where === '') continue;
      assert.match(entry.version, /^\d+\.\d+\.\d+/, `${name}: ${where}`);
      assert.match(entry.integrity || '', /^sha512-[A-Za-z0-9+/=]{88}$/, `${name}: ${where}`);
    }
  }
});

test('Dear ImGui is fetched in one version, by checksum, whichever way', () => {
  const setup = read(root, 'scripts', 'setup'), cmake = read(root, 'cmake', 'LadderImGui.cmake');
  const version = /^imgui_version=(\S+)/m.exec(setup)[1];
  assert.match(setup, /^imgui_sha256=[0-9a-f]{64}\b/m);
  assert.match(setup, /sha256sum --check/);
  assert.ok(cmake.includes(`v${version}.tar.gz`));
  assert.match(cmake, /URL_HASH SHA256=[0-9a-f]{64}/);
});

test('nothing else is fetched', () => {
  const programs = tracked.filter((name) => /^(scripts|cmake|\.ci|tests)\/.*|CMakeLists\.txt$/.test(name) && !/package-lock|fixtures|corpus|supply\.test/.test(name));
  for (const name of programs)
    for (const line of read(root, name).split('\n')) {
      assert.doesNotMatch(line, /\b(curl|wget)\b|\bgit clone\b|\bpip3? install\b|\bnpm (install|i|update)\b|\bnpx\b|file\(DOWNLOAD|ExternalProject_Add/, `${name}: ${line}`);
      if (/URL https?:/.test(line)) assert.equal(name, 'cmake/LadderImGui.cmake');
    }
});

test('the folder lists every component with its licence, in words and for machines', () => {
  const bill = JSON.parse(read(dist, 'sbom.cdx.json')), texts = read(dist, 'licences.txt'), page = read(dist, 'index.html'), single = read(dist, 'attention-ladder.html');
  assert.equal(bill.bomFormat, 'CycloneDX');
  assert.equal(bill.metadata.timestamp, undefined);
  const parts = bill.components.filter((c) => c.type !== 'file');
  assert.deepEqual(parts.map((c) => c.name), ['Dear ImGui', 'Inter', 'WenQuanYi Micro Hei', 'Eigen', 'JSON for Modern C++', 'Emscripten']);
  for (const part of parts) {
    assert.match(part.version, /^\d/, part.name);
    assert.ok(part.licenses[0].license.id);
    assert.ok(texts.includes(`${part.name} ${part.version}\n`), part.name);
    assert.ok(page.includes(`>${part.name}</a> ${part.version}, ${part.licenses[0].license.id}`), part.name);
    assert.ok(single.includes(`>${part.name}</a> ${part.version}`), part.name);
  }
  for (const words of ['Permission is hereby granted, free of charge', 'goals of the Open Font License', 'Mozilla Public License Version 2.0', 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION', 'Omar Cornut', 'Niels Lohmann', 'The Emscripten Authors'])
    for (const text of [texts, single]) assert.ok(text.includes(words), words);
});

test('every file that is handed out stands in the bill with its checksum', () => {
  const bill = JSON.parse(read(dist, 'sbom.cdx.json'));
  const named = Object.fromEntries(bill.components.filter((c) => c.type === 'file').map((c) => [c.name, c.hashes[0].content]));
  const files = fs.readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(dist, path.join(entry.parentPath ?? entry.path, entry.name)));
  const whole = files.filter((name) => !/\.(gz|br)$/.test(name) && name !== 'sbom.cdx.json').sort();
  assert.deepEqual(Object.keys(named).sort(), whole);
  for (const name of whole) assert.equal(createHash('sha256').update(fs.readFileSync(path.join(dist, name))).digest('hex'), named[name], name);
});
