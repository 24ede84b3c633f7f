using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>Writes a <c>meshlift.yaml</c> as a person would: only what is not usual, with comments that say where each value was seen.</summary>
public static class MeshDraftText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("{}[],:#*&!|>%@`\"'");

    /// <summary>The text. <see cref="MeshFile"/> accepts it.</summary>
    public static string Write(MeshDraft draft)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # yaml-language-server: $schema={MeshSchema.Id}
            # Written by 'meshlift init' from what stands in this repository; it is yours from here on.
            apiVersion: {Mesh.ApiVersion}
            kind: Mesh
            metadata: {Flow(("name", draft.Name))}
            spec:
              istio:
                # What may be proposed without a human: the patches of what stands here ({draft.Version}).
                versions: "{draft.Version.MinorText}.*"

            """);
        Istio(text, draft);
        Layout(text, draft);
        if (!draft.Clean.IsEmpty)
        {
            text.Append("  # Rendered, but not in this repository. Remove a line to get what it leaves out.\n  clean:\n");
            foreach (var rule in draft.Clean) text.Append(CultureInfo.InvariantCulture, $"    - {Flow(("kind", rule.Kind), ("name", rule.Name))}\n");
        }
        if (!draft.Tags.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"  # They stand here, and no renderer prints them; 'meshlift tag set' moves them.\n  tags: [{string.Join(", ", draft.Tags.Select(tag => FlowScalar(tag.Value)))}]\n");
        text.Append("  # In the order of an upgrade; each starts when the one before is done. The order follows the names: see that it is right.\n  environments:\n");
        foreach (var environment in draft.Environments)
        {
            text.Append(CultureInfo.InvariantCulture, $"    - name: {Scalar(environment.Name)}\n      clusters:\n");
            foreach (var cluster in environment.Clusters) text.Append(CultureInfo.InvariantCulture, $"        - {Flow(("name", cluster.Name), ("path", cluster.Path.Value))}\n");
        }
        if (draft.Revision.IsConstant)
            text.Append(CultureInfo.InvariantCulture, $"  # The control plane is called '{draft.Revision}' whatever its version, so a new one takes its place. To run two side by side, let\n  # spec.istio.revision follow the version (\"{{major}}-{{minor}}-{{patch}}\") and remove this.\n  controlPlane: {{ strategy: inPlace }}\n");
        return text.ToString();
    }

    private static void Istio(StringBuilder text, MeshDraft draft)
    {
        text.Append(CultureInfo.InvariantCulture, $"    renderer: {draft.Renderer.ToString().ToLowerInvariant()}\n");
        if (draft.Operators is [var only]) text.Append(CultureInfo.InvariantCulture, $"    operator: {Scalar(only)}\n");
        else if (!draft.Operators.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"    operator: [{string.Join(", ", draft.Operators.Select(Scalar))}]   # in this order: later ones win\n");
        if (draft is { Renderer: Renderer.Istioctl, Program: { } istioctl }) text.Append(CultureInfo.InvariantCulture, $"    istioctl: {Scalar(istioctl)}\n");
        if (draft.Manifests is not null)
        {
            text.Append("    # One place for each version. For the next one, put what renders Istio today prints into its place.\n");
            text.Append(CultureInfo.InvariantCulture, $"    manifests: {Scalar(draft.Manifests)}\n");
        }
        if (draft.Charts is not null) Charts(text, draft.Charts, draft.Program);
        if (draft.Revision.Text == "{major}-{minor}-{patch}") return;
        text.Append(CultureInfo.InvariantCulture, $"    # As what stands here is called: {string.Join(", ", draft.Standing.DistinctBy(one => (one.Revision, one.Version)).Select(one => $"{one.Revision} is {one.Version}"))}.\n");
        text.Append(CultureInfo.InvariantCulture, $"    revision: {Scalar(draft.Revision.Text)}\n");
    }

    private static void Charts(StringBuilder text, DraftCharts charts, string? helm)
    {
        text.Append(CultureInfo.InvariantCulture, $"    charts:\n      source: {Scalar(charts.Source)}\n");
        if (helm is not null) text.Append(CultureInfo.InvariantCulture, $"      helm: {Scalar(helm)}\n");
        if (charts.Namespace != "istio-system") text.Append(CultureInfo.InvariantCulture, $"      namespace: {Scalar(charts.Namespace)}\n");
        foreach (var chart in charts.Charts.Where(chart => chart.Chart != IstioChart.Gateway))
        {
            var fields = new List<string>();
            if (chart.Release is not null) fields.Add($"release: {FlowScalar(chart.Release)}");
            if (chart.Namespace is not null) fields.Add($"namespace: {FlowScalar(chart.Namespace)}");
            if (Values(chart.Values) is { } values) fields.Add(values);
            // Base and istiod are rendered anyway.
            if (fields.Count > 0) text.Append(CultureInfo.InvariantCulture, $"      {chart.Chart}: {{ {string.Join(", ", fields)} }}\n");
            else if (chart.Chart != IstioChart.Base && chart.Chart != IstioChart.Istiod) text.Append(CultureInfo.InvariantCulture, $"      {chart.Chart}: {{}}\n");
        }
        var gateways = charts.Charts.Where(chart => chart.Chart == IstioChart.Gateway).ToList();
        if (gateways.Count > 0) text.Append("      gateways:\n");
        foreach (var gateway in gateways)
        {
            var values = Values(gateway.Values) is { } some ? $", {some}" : "";
            text.Append(CultureInfo.InvariantCulture, $"        - {{ name: {FlowScalar(gateway.Release!)}, namespace: {FlowScalar(gateway.Namespace!)}{values} }}\n");
        }
    }

    private static void Layout(StringBuilder text, MeshDraft draft)
    {
        if (draft.EngineReason.Length > 0) text.Append(CultureInfo.InvariantCulture, $"  # Seen in {draft.EngineReason}.\n");
        var fields = new List<(string, string)> { ("engine", draft.Engine.ToString().ToLowerInvariant()) };
        if (draft.Folder != "istio-system") fields.Add(("folder", draft.Folder));
        if (draft.FluxSource is var (name, @namespace)) fields.AddRange([("source", name), ("namespace", @namespace)]);
        if (draft.Repository is not null) fields.Add(("repository", draft.Repository));
        text.Append(CultureInfo.InvariantCulture, $"  layout: {Flow([.. fields])}\n");
    }

    private static string? Values(ImmutableArray<string> files) => files switch
    {
        [] => null,
        [var one] => $"values: {FlowScalar(one)}",
        _ => $"values: [{string.Join(", ", files.Select(FlowScalar))}]",
    };

    private static string Flow(params ReadOnlySpan<(string Key, string Value)> fields)
    {
        var text = new StringBuilder("{ ");
        foreach (var (key, value) in fields) text.Append(text.Length > 2 ? ", " : "").Append(key).Append(": ").Append(FlowScalar(value));
        return text.Append(" }").ToString();
    }

    /// <summary>A string in a block: plain where that is what everyone reads as this string.</summary>
    private static string Scalar(string text) => Encoding.UTF8.GetString(CanonicalYaml.Write(YamlScalar.String(text)).Span).TrimEnd('\n') is var plain && plain == text && text[0] != '{' ? plain : Quoted(text);

    /// <summary>The same within braces, where commas and brackets mean something, too.</summary>
    private static string FlowScalar(string text) => text.AsSpan().ContainsAny(Special) ? Quoted(text) : Scalar(text);

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
