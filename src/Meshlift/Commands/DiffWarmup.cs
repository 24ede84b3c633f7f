using Meshlift.CommandLine.Output;
using Meshlift.Core.Diffing;
using Meshlift.Engine.Diffing;

namespace Meshlift.CommandLine.Commands;

/// <summary>Compiles the comparison on a second processor while the first one reads the files; see <see cref="Warmup"/>.</summary>
internal static class DiffWarmup
{
    public static void Start() => ThreadPool.UnsafeQueueUserWorkItem(static _ => Run(), null);

    private static void Run()
    {
        static ReadOnlyMemory<byte> Stream(string version) => System.Text.Encoding.UTF8.GetBytes($$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: istiod-{{version.Replace('.', '-')}}, labels: { istio.io/rev: {{version.Replace('.', '-')}}, app.kubernetes.io/version: {{version}} } }
            spec: { verbs: [a, {{version}}], env: [{ name: a, value: "{{version}} b" }], text: "a: {{version}}\nb: [1, 2]\n", lines: "{{"{{"}} a\n{{version[2..]}}\n" }
            """);

        var before = DiffSide.Read("", [("", Stream("1.0.1"))]);
        var after = DiffSide.Read("", [("", Stream("1.1.2"))]);
        var difference = new ClusterDifference(null, before, after, MeshDiff.Of(before.Resources, after.Resources));
        new DiffText(TextWriter.Null, hasColour: false).Write(DiffReport.Of([difference], [], new DiffSelection(DiffRisk.None, []), _ => RepositoryResources.None));
    }
}
