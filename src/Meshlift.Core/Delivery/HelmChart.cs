using System.Globalization;
using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Core.Delivery;

/// <summary>Makes a chart of a folder of resources, without a copy of any of them.</summary>
/// <remarks>
/// The one template hands the files out as they are: what <c>.Files.Get</c> gives is not evaluated, so the braces in Istio's own templates stay braces, and
/// each resource stands in Git once. Sources: Helm's documentation on accessing files inside templates, and on .helmignore.
/// </remarks>
internal static class HelmChart
{
    /// <summary>Names that Helm keeps for itself in a chart: files of these names are not handed to templates.</summary>
    private static readonly string[] Reserved = ["values.yaml", "requirements.yaml", "charts/", "crds/", "templates/"];

    /// <summary>The chart's files.</summary>
    /// <exception cref="UserException">A person's file has a name that Helm keeps for itself.</exception>
    public static IEnumerable<DeliveryFile> Of(DeliveryStep step, string name)
    {
        foreach (var path in step.HandWritten)
            if (Reserved.Any(reserved => reserved.EndsWith('/') ? path.StartsWith(reserved, StringComparison.Ordinal) : path == reserved))
                throw new UserException(ErrorKind.Refused, $"{step.Folder}/{path} holds Kubernetes objects, but Helm does not apply a file of this name", "rename it");
        yield return new DeliveryFile($"{step.Folder}/Chart.yaml", CanonicalYaml.Write(Chart(step, name), "apiVersion", "name"));
        yield return new DeliveryFile($"{step.Folder}/templates/resources.yaml", Encoding.UTF8.GetBytes(Template(step)));
        // With a '/' before it a pattern means the chart's own folder and none below it.
        if (step.Stage == DeliveryStage.Shared) yield return new DeliveryFile($"{step.Folder}/.helmignore", "/customresourcedefinition/\n"u8.ToArray());
        if (step.Stage == DeliveryStage.Revision) yield return new DeliveryFile($"{step.Folder}/.helmignore", "/*.patch\n/inventory.yaml\n/standby/\n"u8.ToArray());
    }

    private static YamlMapping Chart(DeliveryStep step, string name) => YamlMapping.Of(
        ("apiVersion", "v2"),
        ("name", name),
        ("description", step.Stage switch
        {
            DeliveryStage.Crds => "The CRDs of Istio; they are never removed.",
            DeliveryStage.Shared => "What all revisions of Istio share.",
            DeliveryStage.Revision => "One control plane of Istio.",
            _ => "What exists once, from the revision of Istio that is in charge of it.",
        }),
        ("type", "application"),
        ("version", step.Version.ToString()),
        ("appVersion", step.Version.ToString()));

    private static string Template(DeliveryStep step)
    {
        var text = new StringBuilder("{{- /* The files as they are: what Files.Get gives is not evaluated. */ -}}\n");
        // Templates upgrade CRDs, which Helm's own crds/ folder never does; without the annotation, uninstalling would delete every object of their kinds.
        if (step.Stage == DeliveryStage.Crds)
        {
            Range(text, step.Generated, """
                {{- if not (contains "\n    helm.sh/resource-policy: keep\n" $text) }}
                {{- $place := ternary "\nmetadata:\n  annotations:\n" "\nmetadata:\n" (contains "\nmetadata:\n  annotations:\n" $text) }}
                {{- $text = replace $place "\nmetadata:\n  annotations:\n    helm.sh/resource-policy: keep\n" $text }}
                {{- end }}

                """);
            Range(text, step.HandWritten, "");
        }
        else
        {
            Range(text, step.Files, "");
        }
        return text.ToString();
    }

    private static void Range(StringBuilder text, IEnumerable<string> files, string change)
    {
        var list = string.Concat(files.Select(file => $"\n    {Quoted(file)}"));
        if (list.Length == 0) return;
        // A file that is not in the chart would be an object that is silently missing, and Helm would delete it. The comment at the end keeps what Helm would
        // trim otherwise: blanks at the end of a text at the end of a file.
        text.Append(CultureInfo.InvariantCulture, $$$"""
            {{- range $file := list{{{list}}}
            }}
            {{- $text := required (printf "%s is missing" $file) ($.Files.Get $file) }}
            {{{change}}}---
            {{ $text }}{{ if not (hasSuffix "\n" $text) }}{{ "\n" }}{{ end }}# {{ $file }}
            {{- end }}

            """);
    }

    /// <summary>A string of a Go template.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            _ = c is '"' or '\\' ? quoted.Append('\\').Append(c) : char.IsControl(c) ? quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : quoted.Append(c);
        return quoted.Append('"').ToString();
    }
}
