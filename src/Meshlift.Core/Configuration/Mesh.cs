using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Core.Tags;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>What is wanted: the whole of <c>meshlift.yaml</c>, valid, with its defaults filled in.</summary>
/// <param name="Name">The name of the mesh; a DNS label.</param>
/// <param name="Spec">What is wanted.</param>
/// <param name="Source">Where each value stands in the file.</param>
public sealed record Mesh(string Name, MeshSpec Spec, MeshSource Source)
{
    /// <summary>The version of this form of the file.</summary>
    public const string ApiVersion = "meshlift.dev/v1alpha1";

    /// <summary>The kind of the file.</summary>
    public const string Kind = "Mesh";

    internal static Shape<(string Name, MeshSpec Spec)> Shape { get; } = Shapes.Mapping("mesh", "What is wanted of a mesh.", fields =>
    {
        _ = fields.Required("apiVersion", Shapes.Choice<bool>("apiVersion", new Word<bool>(ApiVersion, true)), "the version of this form of the file");
        _ = fields.Required("kind", Shapes.Choice<bool>("kind", new Word<bool>(Kind, true)), "the kind of the file");
        var name = fields.Required("metadata", Metadata, "the name of the mesh, for example metadata: { name: shop }");
        return (name, fields.Required("spec", MeshSpec.Shape, "what is wanted"));
    });

    private static Shape<string> Metadata =>
        Shapes.Mapping("metadata", "What the mesh is called.", fields => fields.Required("name", Shapes.DnsLabel, "the name of the mesh"));
}

/// <summary>Where the values of a mesh stand.</summary>
public sealed class MeshSource
{
    private readonly YamlNode _root;

    internal MeshSource(string fileName, YamlNode root) => (FileName, _root) = (fileName, root);

    /// <summary>The file as the user calls it.</summary>
    public string FileName { get; }

    /// <summary>The place of a value, as <c>file:line:column</c>, for messages about what turns out later.</summary>
    /// <param name="path">
    /// The value's path from the root of the file: <c>spec.environments[name=testing].clusters[name=eu].path</c>. Where it is absent (a default), the place of
    /// what is there of the way to it.
    /// </param>
    /// <exception cref="FormatException">The path is malformed.</exception>
    public string Where(string path) => $"{FileName}:{NodeSearch.Deepest(_root, YamlPath.Parse(path)).Span!.Value.Start}";
}

/// <summary>What is wanted of a mesh.</summary>
/// <param name="Istio">Which Istio, and how it is rendered.</param>
/// <param name="Layout">How generated files are laid out.</param>
/// <param name="Clean">Rendered resources that are left out.</param>
/// <param name="Mutate">Changes of rendered resources, in order.</param>
/// <param name="Tags">Revision tags that every revision renders; each once.</param>
/// <param name="Environments">Rings of clusters, in the order of the upgrade; at least one.</param>
/// <param name="ControlPlane">How the control plane is upgraded.</param>
/// <param name="Gateways">How gateways are upgraded.</param>
/// <param name="DataPlane">How proxies are upgraded.</param>
/// <param name="Gates">Conditions on metrics.</param>
/// <param name="Prometheus">Where metrics are asked for; null when there is none, and then no gate either.</param>
/// <param name="Repositories">Repositories that changes are proposed to, beside this one.</param>
/// <param name="Owners">How the owner of a namespace is found.</param>
/// <param name="Checks">How manifests are checked.</param>
public sealed record MeshSpec(
    IstioSpec Istio,
    LayoutSpec Layout,
    ImmutableArray<CleanRule> Clean,
    ImmutableArray<Mutation> Mutate,
    ImmutableArray<TagName> Tags,
    ImmutableArray<EnvironmentSpec> Environments,
    ControlPlaneSpec ControlPlane,
    GatewaysSpec Gateways,
    DataPlaneSpec DataPlane,
    ImmutableArray<GateSpec> Gates,
    PrometheusSpec? Prometheus,
    ImmutableArray<RepositorySpec> Repositories,
    Owners Owners,
    ChecksSpec Checks)
{
    internal static Shape<MeshSpec> Shape { get; } = Shapes.Mapping("spec", "What is wanted.", fields =>
    {
        var spec = new MeshSpec(
            fields.Required("istio", IstioSpec.Shape, "which Istio is wanted, and how it is rendered"),
            fields.Required("layout", LayoutSpec.Shape, "how generated files are laid out, for example layout: { engine: flux }"),
            fields.List("clean", CleanRule.Shape, "rendered resources that are left out"),
            fields.List("mutate", Mutation.Shape, "changes of rendered resources, in order"),
            fields.List("tags", Shapes.TagName, "revision tags that every revision renders; which revision each points at is decided by `meshlift tag set`"),
            fields.Required("environments", Shapes.NonEmptyList(EnvironmentSpec.Shape), "the rings of clusters in the order of the upgrade, at least one"),
            fields.Section("controlPlane", ControlPlaneSpec.Shape, "how the control plane is upgraded"),
            fields.Section("gateways", GatewaysSpec.Shape, "how gateways are upgraded"),
            fields.Section("dataPlane", DataPlaneSpec.Shape, "how proxies are upgraded"),
            fields.List("gates", GateSpec.Shape, "conditions on metrics that must hold before the next step"),
            fields.Optional("prometheus", PrometheusSpec.Shape, "where metrics are asked for; required when there are gates"),
            fields.List("repositories", RepositorySpec.Shape, "repositories that changes are proposed to, beside this one"),
            Owners.Read(fields),
            fields.Section("checks", ChecksSpec.Shape, "how `meshlift check` checks manifests"));
        fields.Unique("environment", "environments[*].name");
        fields.Unique("cluster", "environments[*].clusters[*].name");
        fields.Unique("cluster path", "environments[*].clusters[*].path", path => path.TrimEnd('/').Replace("./", "", StringComparison.Ordinal));
        fields.Unique("tag", "tags[*]");
        fields.Unique("wave", "dataPlane.waves[*].name");
        fields.Unique("gate", "gates[*].name");
        fields.Unique("repository", "repositories[*].name");
        fields.Unique("namespace pattern", "repositories[*].namespaces[*]");
        fields.Check(refuse => spec.CheckTogether(refuse));
        return spec;
    });

    private void CheckTogether(Refuse refuse)
    {
        if (ControlPlane.Strategy == ControlPlaneStrategy.Canary && Istio.Revision.IsConstant)
            refuse("istio.revision",
                $"with strategy canary two control planes run side by side, but every version would be called '{Istio.Revision}'; write for example \"{{major}}-{{minor}}-{{patch}}\"");
        if (ControlPlane.Strategy == ControlPlaneStrategy.InPlace && !Istio.Revision.IsConstant)
            refuse("istio.revision",
                $"with strategy inPlace the control plane keeps its name, but '{Istio.Revision}' changes with the version; write for example revision: default");
        if (ControlPlane.Strategy == ControlPlaneStrategy.InPlace && Gateways.Strategy == GatewayStrategy.Repoint)
            refuse("gateways.strategy", "with a control plane that is upgraded in place there is no other one that a gateway could turn to; write strategy: inPlace");
        if (Istio.Revision.IsConstant && Tags.FirstOrDefault(tag => tag.Value == Istio.Revision.Text) is { } same)
            refuse($"tags[{Tags.IndexOf(same)}]", $"the tag '{same}' has the name of the revision, so both would inject the same pods; give the tag another name, or leave it out");
        for (var i = 0; i < Repositories.Length; i++)
            foreach (var name in Repositories[i].Paths.Keys)
                if (Environments.All(environment => environment.Name != name))
                    refuse($"repositories[{i}].paths.{name}", $"there is no environment '{name}'; the environments are {string.Join(", ", Environments.Select(environment => environment.Name))}");
        if (!Gates.IsEmpty && Prometheus is null)
            refuse("gates", "gates ask Prometheus, but it is not said where that is; add for example prometheus: { url: http://prometheus.monitoring:9090 }");
    }
}
