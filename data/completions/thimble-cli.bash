# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for thimble-cli

_thimble_cli ()
{
  local cur prev words cword split
  _init_completion -s || return

  case $prev in
    -o | --output | --catalog | --downloads)
      _filedir -d; return ;;
    --list | --json | --ca-file)
      _filedir; return ;;
    --preset)
      _filedir
      local IFS=$'\n'
      COMPREPLY+=($(compgen -W "$("$1" presets 2>/dev/null | sed 's/  .*//')" -- "$cur"))
      compopt -o filenames # a name may have spaces
      return ;;
    --fit)
      COMPREPLY=($(compgen -W 'inside cover contain fill' -- "$cur")); return ;;
    --gravity)
      COMPREPLY=($(compgen -W 'centre north northeast east southeast south southwest west northwest
                               attention' -- "$cur")); return ;;
    --format)
      COMPREPLY=($(compgen -W 'same jpeg png webp' -- "$cur")); return ;;
    --metadata)
      COMPREPLY=($(compgen -W 'none keep desktop' -- "$cur")); return ;;
    --scaling)
      COMPREPLY=($(compgen -W 'fast fine' -- "$cur")); return ;;
    --executor)
      COMPREPLY=($(compgen -W 'serial threads processes' -- "$cur")); return ;;
    --verify)
      COMPREPLY=($(compgen -W 'mtime hash' -- "$cur")); return ;;
    --progress)
      COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
    -s | --size | -q | --quality | --background | --name | -j | --workers | --chunk | --max-pixels | \
    --max-bytes | --timeout | --shard | --connections | --per-host | --header | --page)
      return ;;
  esac

  case ${words[1]} in
    thumbnail)
      COMPREPLY=($(compgen -W '--size --help' -- "$cur"))
      [[ $cur == -* ]] || _filedir
      return ;;
    integrate)
      COMPREPLY=($(compgen -W '--remove --help' -- "$cur")); return ;;
  esac

  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_parse_help "$1")" -- "$cur"))
    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace
    return
  fi
  _filedir
  ((cword == 1)) &&
    COMPREPLY+=($(compgen -W 'make download compare formats presets thumbnail integrate' -- "$cur"))
}

complete -F _thimble_cli thimble-cli
