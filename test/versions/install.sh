#!/bin/sh
# install.sh FOLDER PACKAGE...: installs Debian packages in a folder that debootstrap made. Runs in mount and
# pid namespaces of its own (unshare), so what is mounted here is gone with this process, however it ends.
set -eu
folder=$1
shift
mount --make-rprivate /
mount -t proc proc "$folder/proc"
cp /etc/resolv.conf /etc/hosts "$folder/etc/"
# No service of theirs starts: the tests run their own.
printf '#!/bin/sh\nexit 101\n' > "$folder/usr/sbin/policy-rc.d"
chmod 755 "$folder/usr/sbin/policy-rc.d"
inside() {
  env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$folder" "$@"
}
inside apt-get -q update
inside apt-get -q -y install --no-install-recommends "$@"
inside apt-get -q clean
inside id tester > /dev/null 2>&1 || inside useradd --create-home --uid 1000 tester
# Links and files that chroot.sh mounts the machine's Node and npm on.
inside mkdir -p /usr/local/lib/node_modules/npm
inside touch /usr/local/bin/node
inside ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
