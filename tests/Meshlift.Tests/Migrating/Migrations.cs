using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Releases;

namespace Meshlift.Tests.Migrating;

/// <summary>Migrations of repositories that are given as texts, in a mesh of two sample releases.</summary>
internal static class Migrations
{
    private static readonly Lazy<MeshInjection> Injection = new(() => MeshInjection.Read(SampleRelease.Versions.SelectMany(version => ManifestStream.Split(Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))), version))));

    public static MeshInjection Mesh => Injection.Value;

    /// <summary>A configuration.</summary>
    /// <param name="more">More of its spec.</param>
    public static Mesh MeshOf(string more = "") => MeshFile.Read(Encoding.UTF8.GetBytes($$"""
        apiVersion: meshlift.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec:
          istio: { versions: "1.30.*", renderer: manifests, manifests: all.yaml }
          layout: { engine: plain }
          environments: [{ name: testing, clusters: [{ name: testing, path: clusters/testing }] }]
          {{more}}
        """), "meshlift.yaml");

    public static ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files(params (string Path, string Text)[] files) =>
        files.ToImmutableSortedDictionary(file => file.Path, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal);

    public static EnrolledRepository Repository(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, string name = "shop", params ImmutableArray<ValuesLabels> values) =>
        EnrolmentReader.Read(new RepositoryContent(name, ForgeKind.GitHub, files, values.IsDefault ? [] : values, []));

    public static MigrationPlan Plan(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, MigrationSelection? selection = null, string more = "", string target = "1-30-3") => Plan([Repository(files)], selection, more, target);

    public static MigrationPlan Plan(ImmutableArray<EnrolledRepository> repositories, MigrationSelection? selection = null, string more = "", string target = "1-30-3")
    {
        var spec = MeshOf(more).Spec;
        return MigrationPlanner.Plan(new MigrationRequest(repositories, [new MeshCluster("testing", Mesh)], "testing", spec.DataPlane, spec.Owners, target, selection ?? new MigrationSelection.NextWave()));
    }

    /// <summary>The files once all changes are merged.</summary>
    public static ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Merged(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files, MigrationPlan plan) =>
        plan.Changes.Aggregate(files, (all, change) => all.SetItems(change.Files));

    public static string Namespace(string name, string labels) => $"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels:\n    {labels}\n";

    public static string Deployment(string space, string name, string labels = "{}") => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: {{name}}, namespace: {{space}} }
        spec:
          replicas: 2
          selector: { matchLabels: { app: {{name}} } }
          template:
            metadata:
              labels: {{labels}}
            spec:
              containers: [{ name: {{name}}, image: registry.example.com/{{name}}:1 }]

        """;
}
