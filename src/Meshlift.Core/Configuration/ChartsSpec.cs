using System.Collections.Immutable;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>Which of Istio's Helm charts are rendered, from where, and with which values.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="PlainHttp">True when a registry that is not on this computer may be spoken to without TLS.</param>
/// <param name="Helm">The path of helm, absolute or from the root, perhaps with <c>${version}</c>; null for the one on PATH.</param>
/// <param name="Namespace">The namespace of the control plane.</param>
/// <param name="Kubernetes">The Kubernetes version that charts are told, in full: <c>v1.33.0</c>.</param>
/// <param name="Base">The chart <c>base</c>.</param>
/// <param name="Istiod">The chart <c>istiod</c>.</param>
/// <param name="Cni">The chart <c>cni</c>; null when it is not rendered.</param>
/// <param name="Ztunnel">The chart <c>ztunnel</c>; null when it is not rendered.</param>
/// <param name="Gateways">The chart <c>gateway</c>, once for each; no two in one namespace have one name.</param>
public sealed record ChartsSpec(
    ChartSource Source, bool PlainHttp, string? Helm, string Namespace, string Kubernetes, ChartSpec Base, ChartSpec Istiod, ChartSpec? Cni, ChartSpec? Ztunnel, ImmutableArray<ChartGatewaySpec> Gateways)
{
    private static TextShape<ChartSource> SourceShape { get; } = new("chart source", ChartSource.Parse, null,
        "A chart repository (`https://...`, with an `index.yaml`); an OCI registry (`oci://...`, with the charts below that path); a folder of this repository or a `file:` URL, with unpacked charts, with "
        + "archives such as `istiod-1.30.3.tgz`, or with the charts of a release as its archive holds them in `manifests/charts`; or `release`: that archive itself, fetched from `releases` and verified. "
        + "`${version}` and `${revision}` may stand in folders and URLs.", ["https://blob.istio.io/istio-release/charts", "oci://ghcr.io/istio/release/charts", "vendor/istio/${version}/charts", "release"]);

    private static TextShape<string> KubernetesShape { get; } = new("Kubernetes version", ParseKubernetes, KubernetesSyntax.VersionPattern,
        "The version of Kubernetes, with or without `v` and patch; a vendor's suffix may follow.", ["v1.33", "v1.33.4-gke.1172000"]);

    internal static Shape<ChartsSpec> Shape { get; } = Shapes.Mapping("charts", "Which of Istio's Helm charts are rendered, from where, and with which values. `base` and `istiod` always are.", fields =>
    {
        var charts = new ChartsSpec(
            fields.Optional("source", SourceShape, "https://blob.istio.io/istio-release/charts", "where the charts come from"),
            fields.Optional("plainHttp", Shapes.Boolean, "false", "an OCI registry is spoken to without TLS; one on this computer always may be"),
            fields.Optional("helm", Shapes.Program, "the helm to use, version 3.8 or newer; when absent, the one on PATH"),
            fields.Optional("namespace", Shapes.DnsLabel, "istio-system", "the namespace of the control plane; for another than istio-system the charts need `global.istioNamespace` in their values too"),
            fields.Optional("kubernetes", KubernetesShape, "v1.32", "the Kubernetes version that the charts are told, so that it does not depend on the Helm that renders them"),
            fields.Section("base", ChartSpec.Shape, "the chart `base`: what all revisions share"),
            fields.Section("istiod", ChartSpec.Shape, "the chart `istiod`: the control plane"),
            fields.Optional("cni", ChartSpec.Shape, "the chart `cni`; it is rendered when this key is there, also as `cni: {}`"),
            fields.Optional("ztunnel", ChartSpec.Shape, "the chart `ztunnel`; it is rendered when this key is there, also as `ztunnel: {}`"),
            fields.List("gateways", ChartGatewaySpec.Shape, "the chart `gateway`, once for each"));
        fields.Check(refuse =>
        {
            if (charts.PlainHttp && charts.Source is not ChartSource.Registry) refuse("plainHttp", "'plainHttp' is used by a source that begins with oci:// only; remove it");
            for (var i = 0; i < charts.Gateways.Length; i++)
                if (charts.Gateways.Take(i).Any(other => (other.Name, other.Namespace) == (charts.Gateways[i].Name, charts.Gateways[i].Namespace)))
                    refuse($"gateways[{i}].name", $"the gateway '{charts.Gateways[i].Name}' is there already in the namespace {charts.Gateways[i].Namespace}; give it another name");
        });
        return charts;
    });

    /// <summary>The charts in the order in which they are rendered, each with its settings; gateways are not among them.</summary>
    public IEnumerable<(IstioChart Chart, ChartSpec Spec)> Components()
    {
        yield return (IstioChart.Base, Base);
        yield return (IstioChart.Istiod, Istiod);
        if (Cni is not null) yield return (IstioChart.Cni, Cni);
        if (Ztunnel is not null) yield return (IstioChart.Ztunnel, Ztunnel);
    }

    // In full, because Helm 4 hands charts what it is given, where Helm 3 completes it.
    private static string ParseKubernetes(string text) => KubernetesSyntax.IsVersion(text)
        ? $"v{text.TrimStart('v')}{(text.Count(c => c == '.') == 1 ? ".0" : "")}"
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a version of Kubernetes", "write for example v1.33");
}

/// <summary>How one chart is rendered.</summary>
/// <param name="Release">The name of its Helm release; null for the usual one.</param>
/// <param name="Namespace">Its namespace; null for that of the control plane.</param>
/// <param name="Values">The files of its values, in order; later ones win.</param>
public sealed record ChartSpec(string? Release, string? Namespace, ImmutableArray<RepositoryPath> Values)
{
    internal const string ValuesMeaning = "a file with the chart's values, or several: maps are merged, and of all else the last one stands; `${version}` and `${revision}` in them are filled in";

    /// <summary>A name that Helm accepts for a release.</summary>
    internal static TextShape<string> Releases { get; } = new("release name", ParseRelease, "^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$",
        "At most 53 of a-z, 0-9 and '-', beginning and ending with a letter or digit.", ["istiod"]);

    internal static Shape<ChartSpec> Shape { get; } = Shapes.Mapping("chart", "How a chart is rendered.", fields => new ChartSpec(
        fields.Optional("release", Releases, "the name of the Helm release, which charts write into labels; when absent istio-base, istiod, istio-cni and ztunnel"),
        fields.Optional("namespace", Shapes.DnsLabel, "its namespace, if not that of the control plane"),
        fields.Optional("values", Shapes.OneOrMany(Shapes.RepositoryPath), ValuesMeaning) is { IsDefault: false } values ? values : []));

    // 53: pkg/chartutil/validate_name.go of Helm 3; longer names leave charts no room for a suffix.
    private static string ParseRelease(string text) => KubernetesSyntax.IsDnsLabel(text) && text.Length <= 53
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not the name of a Helm release", "use at most 53 of a-z, 0-9 and '-', beginning and ending with a letter or digit");
}

/// <summary>A gateway that the chart <c>gateway</c> renders.</summary>
/// <param name="Name">Its name, which is that of its Helm release.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Values">The files of its values, in order; later ones win.</param>
public sealed record ChartGatewaySpec(string Name, string Namespace, ImmutableArray<RepositoryPath> Values)
{
    internal static Shape<ChartGatewaySpec> Shape { get; } = Shapes.Mapping("chart gateway", "A gateway that the chart `gateway` renders.", fields => new ChartGatewaySpec(
        fields.Required("name", ChartSpec.Releases, "its name, which is that of its Helm release too"),
        fields.Required("namespace", Shapes.DnsLabel, "its namespace, for example istio-ingress"),
        fields.Optional("values", Shapes.OneOrMany(Shapes.RepositoryPath), ChartSpec.ValuesMeaning) is { IsDefault: false } values ? values : []));
}
