using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Delivery;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;

namespace Meshlift.CommandLine.Commands;

/// <summary>Compiles the pipeline on a second processor while the first one reads the arguments and the configuration.</summary>
/// <remarks>
/// The program is compiled as it runs, and compiling the pipeline takes longer than running it once: a render of 1 MB is a fifth faster for it. A tiny
/// stream goes through the very functions that the real one will; the result is thrown away.
/// </remarks>
internal static class Warmup
{
    public static void Start() => ThreadPool.UnsafeQueueUserWorkItem(static _ => Run(), null);

    private static void Run()
    {
        var stream = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: istiod-1-0-0, namespace: istio-system, labels: { istio.io/rev: "1-0-0" } }
            spec:
              replicas: 1
              template: ["a: b", 'c', 1.5, true, null, {}]
              text: |
                of two
                lines
            """u8.ToArray();
        var (revision, version) = (RevisionName.Parse("1-0-0"), IstioVersion.Parse("1.0.0"));
        var split = ManifestSet.Create(ManifestStream.Split(stream, ""));
        var mutated = Cleaner.Clean(ClassifiedResource.Of(split, revision), [], version).Kept;
        var rendered = new RenderedRevision(revision, version, new RenderedFrom("", "", RenderedBytes.Digest(split.Resources)), mutated);
        var target = new ClusterTarget("", "", new FluxDelivery("a", "b", TimeSpan.FromMinutes(1)));
        var files = Placer.Plan(rendered, ClusterTree.Empty, target, PlacementOptions.None).Files.ToDictionary(file => file.Path, file => file.Bytes, StringComparer.Ordinal);
        // Once more beside what was just planned, so that reading inventories and comparing bytes is compiled, too.
        var tree = ClusterTree.Empty with { Files = ClusterTree.Empty.Files.AddRange(files) };
        var tagged = TagStep.Add(rendered, new TagWishes([], Alias: false), ClusterTags.Read(tree, ""), []).Rendered;
        Placer.Plan(tagged, tree, target, PlacementOptions.None);
    }
}
