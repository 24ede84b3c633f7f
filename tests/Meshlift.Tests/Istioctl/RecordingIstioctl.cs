using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Istioctl;

/// <summary>
/// A program in place of istioctl. It writes down its arguments, its environment and the files that it was given, checks that the arguments are those of
/// <c>manifest generate</c>, and answers with the golden output of the golden input that it recognises.
/// </summary>
internal static class RecordingIstioctl
{
    /// <summary>Makes the program.</summary>
    /// <param name="folder">Where; what it writes down goes into the folder <c>seen</c> in it.</param>
    /// <param name="relative">Its path in the folder.</param>
    /// <param name="version">The version that it says it has.</param>
    /// <param name="goldens">A folder with <c>input</c> and <c>output</c>; null: it answers with one ConfigMap.</param>
    public static async Task<string> WriteAsync(TempFolder folder, string relative, string version, string? goldens = null)
    {
        Directory.CreateDirectory(folder["seen"]);
        return await Script.WriteAsync(folder, relative, Text(folder["seen"], version, goldens));
    }

    /// <summary>The text of the program.</summary>
    public static string Text(string seen, string version, string? goldens = null) =>
        $"#!/bin/sh\nseen='{seen}'\nversion='{version}'\ngoldens='{goldens}'\n" + """
        env > "$seen/environment"
        printf '%s\n' "$@" > "$seen/arguments"
        pwd > "$seen/folder"
        if [ "$*" = "version --remote=false -o json" ]; then
          echo "{\"clientVersion\": {\"version\": \"$version\", \"revision\": \"56df41f6\", \"golang_version\": \"go1.25\", \"status\": \"Clean\", \"tag\": \"$version\"}}"
          exit 0
        fi
        [ "$1 $2" = "manifest generate" ] || { echo "Error: unknown command \"$*\" for \"istioctl\"" >&2; exit 1; }
        shift 2
        n=0
        while [ $# -gt 0 ]; do
          case "$1" in
            -f) n=$((n + 1)); last=$2; cp "$2" "$seen/file-$n" || exit 1; shift 2 ;;
            --set) case "$2" in revision=?*) shift 2 ;; *) echo "Error: bad --set $2" >&2; exit 1 ;; esac ;;
            *) echo "Error: unknown flag: $1" >&2; exit 1 ;;
          esac
        done
        if [ -z "$goldens" ]; then
          printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio\n\n---\n'
          exit 0
        fi
        for input in "$goldens"/input/*.yaml; do
          cmp -s "$input" "$last" || continue
          name=$(basename "$input" .yaml)
          if [ -f "$goldens/output/$name.golden.yaml" ]; then exec cat "$goldens/output/$name.golden.yaml"; fi
          for zipped in "$goldens/output/$name".golden*.yaml.gz; do
            if [ -f "$zipped" ]; then exec gzip -dc "$zipped"; fi
          done
        done
        echo "Error: no golden for $last" >&2
        exit 1

        """;
}
