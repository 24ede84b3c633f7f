using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Configuration;
using Meshlift.Core.Delivery;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;
using YamlDotNet.Core;

namespace Meshlift.Benchmarks;

/// <summary>From a rendered stream to planned files, in memory. The baseline only scans and parses, which is what any YAML tool must do first.</summary>
[MemoryDiagnoser]
public class PipelineBenchmark
{
    private const string Configuration = """
        apiVersion: meshlift.dev/v1alpha1
        kind: Mesh
        metadata: { name: bench }
        spec:
          istio: { versions: "*", renderer: manifests, manifests: all.yaml }
          layout: { engine: flux }
          mutate: [{ labels: { team: platform } }]
          environments: [{ name: testing, clusters: [{ name: testing, path: clusters/testing }] }]
        """;

    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");
    private static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");

    private readonly byte[] _stream = Streams.Read();
    private readonly Mesh _mesh = MeshFile.Read(Encoding.UTF8.GetBytes(Configuration), "meshlift.yaml");
    private string _text = "";

    [GlobalSetup]
    public void Decode() => _text = Encoding.UTF8.GetString(_stream);

    [Benchmark(Baseline = true)]
    public int ParseOnly()
    {
        var events = 0;
        for (var parser = new Parser(new Scanner(new StringReader(_text))); parser.MoveNext();) events++;
        return events;
    }

    [Benchmark]
    public int SplitOnly() => ManifestSet.Create(ManifestStream.Split(_stream, "all.yaml")).Resources.Length;

    [Benchmark]
    public int SplitToWrite()
    {
        var split = ManifestSet.Create(ManifestStream.Split(_stream, "all.yaml"));
        var cleaned = Cleaner.Clean(ClassifiedResource.Of(split, Revision), _mesh.Spec.Clean, Version);
        var mutated = Mutator.Apply(cleaned.Kept, _mesh.Spec.Mutate[0], "spec.mutate[0]");
        RenderedBytes.Check(mutated.Resources, "spec.mutate");
        var from = new RenderedFrom("manifests", "all.yaml", RenderedBytes.Digest(split.Resources));
        var rendered = new RenderedRevision(Revision, Version, from, mutated.Resources);
        var target = new ClusterTarget("testing", "clusters/testing/istio-system", new FluxDelivery("flux-system", "flux-system", TimeSpan.FromMinutes(10)));
        return Placer.Plan(rendered, ClusterTree.Empty, target, new PlacementOptions(ImmutableHashSet<OncePart>.Empty)).Files.Length;
    }
}
