using System.Collections.Concurrent;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;

namespace Meshlift.Tests.Injection;

/// <summary>Istio's own truth table (TestWebhookSelector in operator/cmd/mesh/manifest-generate_test.go), on the webhooks of real renderings: a plane without a revision, and one with.</summary>
public sealed class InjectionTruthTableTests
{
    private const string Canary = "1-30-3";

    // Namespace labels, pod labels, who injects. An empty answer means nobody.
    public static TheoryData<string, string, string> Table { get; } = new()
    {
        { "", "", "" },
        { "", "istio.io/rev=1-30-3", Canary },
        { "", "sidecar.istio.io/inject=true", "default" },
        { "", "sidecar.istio.io/inject=true,istio.io/rev=1-30-3", Canary },
        { "", "sidecar.istio.io/inject=false,istio.io/rev=1-30-3", "" },
        { "istio.io/rev=1-30-3", "", Canary },
        { "istio.io/rev=1-30-3", "istio.io/rev=1-30-3", Canary },
        { "istio.io/rev=1-30-3", "sidecar.istio.io/inject=true", Canary },
        { "istio.io/rev=1-30-3", "sidecar.istio.io/inject=true,istio.io/rev=1-30-3", Canary },
        { "istio.io/rev=1-30-3", "sidecar.istio.io/inject=false", "" },
        // The namespace wins over the pod.
        { "istio.io/rev=1-30-3", "istio.io/rev=default", Canary },
        { "istio.io/rev=default", "istio.io/rev=1-30-3", "default" },
        { "istio-injection=enabled", "", "default" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=true", "default" },
        { "istio-injection=enabled", "istio.io/rev=1-30-3", "default" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=true,istio.io/rev=1-30-3", "default" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=false", "" },
        { "istio-injection=enabled,istio.io/rev=1-30-3", "", "default" },
        { "istio-injection=enabled,istio.io/rev=1-30-3", "istio.io/rev=1-30-3", "default" },
        { "istio-injection=enabled,istio.io/rev=1-30-3", "sidecar.istio.io/inject=true", "default" },
        { "istio-injection=disabled", "", "" },
        { "istio-injection=disabled", "istio.io/rev=1-30-3", "" },
        { "istio-injection=disabled", "sidecar.istio.io/inject=true", "" },
        { "istio-injection=disabled,istio.io/rev=1-30-3", "sidecar.istio.io/inject=true,istio.io/rev=1-30-3", "" },
        { "istio.io/rev=nobody", "", "" },
        { "", "istio.io/rev=nobody", "" },
    };

    [IstioDataTheory, MemberData(nameof(Table))]
    public void Real_webhooks_answer_as_istios_own_table_says(string space, string pod, string expected)
    {
        var mesh = Mesh("manifests/1.30.3/default-norev.yaml", "manifests/1.30.3/default-rev.yaml");
        var verdict = mesh.Explain(Pod(pod), Labels.Of(LabelsOf(space)));
        Assert.Equal(expected.Length == 0 ? null : expected, verdict.Revision);
        Assert.Equal(expected.Length == 0 ? InjectionOutcome.None : InjectionOutcome.Injected, verdict.Outcome);
    }

    [IstioDataTheory]
    [InlineData("istio.io/rev=prod", "", Canary, "prod")]
    [InlineData("", "istio.io/rev=canary", Canary, "canary")]
    [InlineData("istio.io/rev=1-30-3", "", Canary, null)]
    public void A_tag_is_told_beside_the_revision_it_points_at(string space, string pod, string revision, string? tag)
    {
        var verdict = Mesh("manifests/1.30.3/full.yaml").Explain(Pod(pod), Labels.Of(LabelsOf(space)));
        Assert.Equal((InjectionOutcome.Injected, revision, tag), (verdict.Outcome, verdict.Revision, verdict.Tag));
        // This rendering asks for the flavour without a shell.
        Assert.EndsWith("/proxyv2:1.30.3-distroless", verdict.Image!.Image, StringComparison.Ordinal);
    }

    [IstioDataFact]
    public void Every_combination_of_labels_has_one_answer_and_a_reason()
    {
        var mesh = Mesh("manifests/1.30.3/default-norev.yaml", "manifests/1.30.3/full.yaml");
        string[] spaces = ["", "istio-injection=enabled", "istio-injection=disabled", "istio-injection=odd", "istio.io/rev=prod", "istio.io/rev=default", "istio.io/rev=gone", "istio-injection=enabled,istio.io/rev=prod"];
        string[] pods = ["", "sidecar.istio.io/inject=true", "sidecar.istio.io/inject=false", "istio.io/rev=canary", "istio.io/rev=gone", "sidecar.istio.io/inject=true,istio.io/rev=1-30-3"];
        foreach (var space in spaces)
            foreach (var pod in pods)
            {
                var verdict = mesh.Explain(Pod(pod), Labels.Of(LabelsOf(space)));
                Assert.True(verdict.Outcome is InjectionOutcome.None or InjectionOutcome.Injected, $"{space} / {pod}: {verdict.Outcome}, {verdict.Reason}");
                Assert.True(verdict.Trials.Count(trial => trial.Answers) <= 1, $"{space} / {pod}");
                Assert.NotEmpty(verdict.Reason);
            }
    }

    private static PodRequest Pod(string labels) => new("shop", Labels.Of(LabelsOf(labels)), Labels.None, IsHostNetwork: false, ProxyImage: null);

    private static IEnumerable<KeyValuePair<string, string>> LabelsOf(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1]));

    // Reading a rendering takes longer than all questions to it.
    private static MeshInjection Mesh(params string[] files) =>
        Read.GetOrAdd(string.Join(' ', files), _ => MeshInjection.Read(files.SelectMany(file => ManifestStream.Split(IstioData.Read(file), file))));

    private static readonly ConcurrentDictionary<string, MeshInjection> Read = new(StringComparer.Ordinal);
}
