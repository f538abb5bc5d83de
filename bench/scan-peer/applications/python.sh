# A virtual environment, packages as an installer leaves them, and wheels unpacked by hand.
out=/out/srv/python
mkdir -p "$out"
python3 -m venv "$out/venv"
site=$(echo "$out"/venv/lib/python3.*/site-packages)
for meta in /usr/lib/python3/dist-packages/*-info; do
  cp -rL "$meta" "$site/"
  if [ -f "$meta/top_level.txt" ]; then
    while read -r top; do
      [ ! -d "/usr/lib/python3/dist-packages/$top" ] || cp -rL "/usr/lib/python3/dist-packages/$top" "$site/"
    done <"$meta/top_level.txt"
  fi
done
for wheel in /usr/share/python-wheels/*.whl; do
  mkdir -p "$out/wheels"
  python3 -m zipfile -e "$wheel" "$out/wheels"
done
{
  echo '# pinned'
  for meta in /usr/lib/python3/dist-packages/*-info; do
    file="$meta"
    [ ! -f "$meta/PKG-INFO" ] || file="$meta/PKG-INFO"
    [ ! -f "$meta/METADATA" ] || file="$meta/METADATA"
    sed -n 's/^Name: //p; s/^Version: /==/p' "$file" | head -2 | tr -d '\n'
    echo
  done
} >"$out/requirements.txt"
