#!/usr/bin/env bash
# rootfs.sh DESTINATION INSTALL
#
# Puts together the root file system of the image: Node, git, what both load, and mirrorwatch; no shell, no package manager.
# INSTALL is a folder where `npm install` has put the packed program. Runs on Debian 12 with git, tini, util-linux,
# ca-certificates and binutils. The same script makes the tree in a folder, to be tried with chroot.
set -euo pipefail
root=$1
install=$2
node=${NODE:-$(command -v node)}

# bin, lib and lib64 lead into usr, as in Debian.
mkdir -p "$root"/{work,usr/bin,usr/lib/git-core,usr/lib64,etc/ssl/certs,etc/git,opt/mirrorwatch,data,tmp,proc,dev}
for name in bin lib lib64; do ln -sfn "usr/$name" "$root/$name"; done
chmod 1777 "$root/tmp"

# Copies programs with the libraries that they load.
put() {
  local folder=$1 file library
  shift
  for file in "$@"; do
    cp -L "$file" "$root/$folder/"
    { ldd "$file" 2>/dev/null || true; } | grep -o '/[^ ]*' | while read -r library; do
      mkdir -p "$root$(dirname "$library")"
      [ -e "$root$library" ] || cp -L "$library" "$root$library"
    done
  done
}

put usr/bin "$node" /usr/bin/git /usr/bin/tini /usr/bin/prlimit
strip "$root/usr/bin/node"
# git runs its own parts by name: those for fetching over https, and the sub-commands that are one program.
put usr/lib/git-core /usr/lib/git-core/git-remote-http
ln -s git-remote-http "$root/usr/lib/git-core/git-remote-https"
ln -s ../../bin/git "$root/usr/lib/git-core/git"

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0::/:/none\nmirrorwatch:x:10001:10001::/nonexistent:/none\n' >"$root/etc/passwd"
printf 'root:x:0:\nmirrorwatch:x:10001:\n' >"$root/etc/group"
chown 10001:10001 "$root/data"
chmod 0700 "$root/data"

cp -a "$install/node_modules" "$root/opt/mirrorwatch/"
[ ! -e "$install/sbom.cdx.json" ] || cp "$install/sbom.cdx.json" "$root/opt/mirrorwatch/"
cd "$root/opt/mirrorwatch/node_modules"
# Read by people, compilers and other runtimes only.
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -iname 'readme*' -o -iname 'changelog*' \) -delete
rm -rf bare-* zod/src tree-sitter-go/{prebuilds,src,bindings} web-tree-sitter/debug luxon/{src,build/{amd,es6,global,cjs-browser}} bintrees/test highlight.js/{styles,scss} \
  bullmq/dist/esm @electric-sql/pglite/dist/*.cjs .bin .package-lock.json
# There is no env in this tree.
sed -i '1s|.*|#!/usr/bin/node|' mirrorwatch/dist/apps/cli/src/main.js
ln -s ../../opt/mirrorwatch/node_modules/mirrorwatch/dist/apps/cli/src/main.js "$root/usr/bin/mirrorwatch"
