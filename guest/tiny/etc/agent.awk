# Makes assignments for a shell of a command in JSON, one line, split at its quotation marks: a key's string or number is
# KEY='…'; an array of strings is quoted twice, for an `eval` that takes it apart again. The bytes 375 and 376, which
# UTF-8 does not have, stand for a quotation mark and a backslash that belong to a string.

function unescaped(text,    at, code) {
  gsub(/\\n/, "\n", text)
  gsub(/\\t/, "\t", text)
  gsub(/\\r/, "\r", text)
  gsub(/\\b/, "\b", text)
  gsub(/\\f/, "\f", text)
  gsub(/\\\//, "/", text)
  while (at = match(text, /\\u00[01][0-9a-fA-F]/)) {
    code = 16 * substr(text, at + 4, 1) + index("0123456789abcdef", tolower(substr(text, at + 5, 1))) - 1
    text = substr(text, 1, at - 1) sprintf("%c", code) substr(text, at + 6)
  }
  gsub(/\375/, "\"", text)
  gsub(/\376/, "\\", text)
  return text
}

function quoted(text) {
  gsub(/'/, "'\\''", text)
  return "'" text "'"
}

function assign(value) {
  gsub(/[^A-Za-z]/, "_", key)
  print key "=" quoted(value)
}

{
  gsub(/\\\\/, "\376")
  gsub(/\\"/, "\375")
  for (i = 1; i <= NF; i++) {
    if (i % 2 == 0) {
      if (in_array) array = array " " quoted(unescaped($i))
      else if ($(i + 1) ~ /^ *:/) key = $i
      else assign(unescaped($i))
      continue
    }
    if ($i ~ /\[/) in_array = 1
    if (in_array && $i ~ /\]/) {
      assign(array)
      in_array = 0
      array = ""
    }
    if (match($i, /^ *: *[-+.0-9a-zA-Z]+/)) {
      value = substr($i, RSTART, RLENGTH)
      gsub(/[ :]/, "", value)
      assign(value)
    }
  }
}
