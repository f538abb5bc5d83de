# Jars under both of their names, a jar of jars, a war, and a shaded jar with the metadata of two.
out=/out/srv/java
mkdir -p "$out/lib" "$out/named"
for jar in /usr/share/maven-repo/*/*/*.jar /usr/share/maven-repo/*/*/*/*.jar /usr/share/maven-repo/*/*/*/*/*.jar /usr/share/maven-repo/*/*/*/*/*/*.jar; do
  case "$jar" in
  *debian*) ;;
  *) [ ! -f "$jar" ] || cp -L "$jar" "$out/lib/" ;;
  esac
done
for name in commons-lang3 guava jackson-core bcprov snakeyaml; do
  [ ! -f "/usr/share/java/$name.jar" ] || cp -L "/usr/share/java/$name.jar" "$out/named/"
done
python3 - "$out" <<'PY'
import glob, os, sys, zipfile

out = sys.argv[1]
jars = sorted(glob.glob(out + '/lib/*.jar'))[:40]


def nest(path, folder, manifest, stored):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('META-INF/MANIFEST.MF', manifest)
        for jar in jars:
            archive.write(jar, folder + os.path.basename(jar), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


nest(out + '/app-fat.jar', 'BOOT-INF/lib/', 'Manifest-Version: 1.0\nStart-Class: org.example.App\n\n', True)
nest(out + '/app.war', 'WEB-INF/lib/', 'Manifest-Version: 1.0\nImplementation-Title: shop\n\n', False)

with zipfile.ZipFile(out + '/shaded-1.0.jar', 'w', zipfile.ZIP_DEFLATED) as shaded:
    shaded.writestr('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\n\n')
    for jar in jars:
        with zipfile.ZipFile(jar) as one:
            for name in one.namelist():
                if name.endswith('/pom.properties') and name not in shaded.namelist():
                    shaded.writestr(name, one.read(name))
PY
