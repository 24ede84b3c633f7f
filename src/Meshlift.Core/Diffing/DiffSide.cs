using System.Collections.Immutable;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>One side of a difference.</summary>
/// <param name="Name">What it is called, as it was asked for.</param>
/// <param name="Resources">Its resources.</param>
/// <param name="LeftOut">How many documents are no Kubernetes objects (values, settings of other tools) and so are not compared.</param>
public sealed record DiffSide(string Name, ManifestSet Resources, int LeftOut)
{
    private const string OwnGroup = "meshlift.dev";

    /// <summary>True when all of it is what a renderer prints, and nothing was written by hand.</summary>
    public bool IsRendered { get; init; }

    /// <summary>Reads files.</summary>
    /// <param name="name">What the side is called.</param>
    /// <param name="files">Each file's name, for messages, and its content.</param>
    /// <exception cref="UserException">Something is no YAML, or a resource is there twice; the message says where.</exception>
    public static DiffSide Read(string name, IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files) => Read(name, DiffDocument.Of(files));

    /// <summary>Reads documents.</summary>
    /// <exception cref="UserException">Something is no YAML, or a resource is there twice; the message says where.</exception>
    internal static DiffSide Read(string name, List<DiffDocument> documents)
    {
        var roots = new (YamlNode? Node, YamlSyntaxException? Problem)[documents.Count];
        Processors.Share(documents.Count, i => documents[i].Bytes.Length, i =>
        {
            try
            {
                roots[i].Node = YamlReader.Read(documents[i].Bytes.Span, firstLine: documents[i].Line);
            }
            catch (YamlSyntaxException e)
            {
                roots[i].Problem = e;
            }
        });
        var problems = roots.Index().Where(root => root.Item.Problem is not null).Select(root => $"{documents[root.Index].File}:{root.Item.Problem!.Position}: {root.Item.Problem.Message}").ToList();
        if (problems.Count > 0) throw new UserException(ErrorKind.Input, string.Join('\n', problems), "correct it, or name a folder that holds rendered manifests only");
        var (resources, leftOut) = (new List<Resource>(), 0);
        for (var i = 0; i < roots.Length; i++) leftOut += Add(roots[i].Node, documents[i].File, resources);
        RefuseDuplicates(name, resources);
        return new DiffSide(name, ManifestSet.Create(resources), leftOut);
    }

    /// <summary>A folder of several clusters, or of several renderings, is no side: there would be hundreds.</summary>
    private static void RefuseDuplicates(string name, List<Resource> resources)
    {
        const int mostNamed = 3;
        var twice = resources.GroupBy(resource => resource.Identity).Where(group => group.Skip(1).Any()).ToList();
        if (twice.Count == 0) return;
        var named = twice.OrderBy(group => group.Key).Take(mostNamed).Select(group => $"\n  {group.Key}: {string.Join(" and ", group.Take(2).Select(resource => resource.Origin))}");
        throw new UserException(
            ErrorKind.Input, $"{name} holds {Counted.Of(twice.Count, "resource")} more than once{string.Concat(named)}{(twice.Count > mostNamed ? "\n  ..." : "")}",
            "name what is applied to one cluster, for example clusters/testing/istio-system");
    }

    private static int Add(YamlNode? node, string file, List<Resource> resources)
    {
        if (node is YamlMapping list && (list["kind"] as YamlScalar)?.Value.EndsWith("List", StringComparison.Ordinal) == true && list["items"] is YamlSequence items)
            return items.Items.Sum(item => Add(item, file, resources));
        if (node is not YamlMapping root || ManifestStream.IdentityOf(root) is not { } identity) return 1;
        // Meshlift's own records: each names the digest of every file, and says nothing that the files do not.
        if (identity.Group == OwnGroup) return 0;
        resources.Add(new Resource(identity, root, root.Span is { } span ? $"{file}:{span.Start}" : file));
        return 0;
    }
}

/// <summary>Which part of a difference is wanted.</summary>
/// <param name="Least">Changes that are less dangerous are left out.</param>
/// <param name="Only">Kinds, or kinds and names (<c>Deployment/istiod</c>), without regard to case; empty for all.</param>
public sealed record DiffSelection(DiffRisk Least, ImmutableArray<string> Only)
{
    /// <summary>What was chosen, the most dangerous first, each without noise and without what is less dangerous than asked.</summary>
    public ImmutableArray<ResourceDiff> Of(MeshDifference difference) =>
    [
        .. difference.Real.Where(IsWanted)
            .Select(resource => resource with { Changes = [.. resource.Real.Where(change => change.Risk >= Least).OrderByDescending(change => change.Risk)] })
            .Where(resource => resource.Risk >= Least && (resource.Kind != DiffKind.Changed || !resource.Changes.IsEmpty || resource.IsRenamed))
            .OrderByDescending(resource => resource.Risk).ThenBy(resource => resource.Name, StringComparer.Ordinal),
    ];

    private bool IsWanted(ResourceDiff resource) => Only.IsEmpty || Only.Any(one => one.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0
        ? Is(resource.Identity.Kind, one[..slash]) && (Is(resource.Before?.Identity.Name, one[(slash + 1)..]) || Is(resource.After?.Identity.Name, one[(slash + 1)..]))
        : Is(resource.Identity.Kind, one));

    private static bool Is(string? text, string wanted) => string.Equals(text, wanted, StringComparison.OrdinalIgnoreCase);
}
