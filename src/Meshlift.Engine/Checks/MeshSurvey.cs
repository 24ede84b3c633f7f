using System.Collections.Immutable;
using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Core.Checks.Across;
using Meshlift.Core.Manifests;
using Meshlift.Core.Schemas;
using Meshlift.Yaml;

namespace Meshlift.Engine.Checks;

/// <summary>Reads out of files what a check must know before it begins: the CRDs, the injectors, the namespaces.</summary>
/// <param name="kubernetes">The schemas of Kubernetes' own types.</param>
/// <param name="minor">The minor version of Kubernetes; null when it is not known.</param>
internal sealed class MeshSurvey(ImmutableArray<TypeSchema> kubernetes, int? minor)
{
    private readonly Dictionary<string, (List<TypeSchema> Schemas, MeshFacts Facts)> _clusters = new(StringComparer.Ordinal);

    /// <summary>Reads files. What cannot be read is left out: the check itself says so.</summary>
    public void Read(ImmutableArray<CheckedFile> files, CancellationToken cancel)
    {
        var read = new (List<TypeSchema> Schemas, List<Resource> Resources)[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancel }, i => read[i] = files[i].StandsBy ? ([], []) : Read(files[i]));
        for (var i = 0; i < files.Length; i++)
        {
            var (schemas, facts) = Of(files[i].Cluster);
            schemas.AddRange(read[i].Schemas);
            foreach (var resource in read[i].Resources) facts.Add(resource);
        }
    }

    /// <summary>The check for the files of a cluster; for those of none, in the light of all clusters.</summary>
    public DocumentCheck CheckFor(string cluster)
    {
        var facts = new MeshFacts { KubernetesMinor = minor };
        var schemas = new List<TypeSchema>(kubernetes);
        foreach (var (name, known) in _clusters.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            // What lies in no cluster's folder is applied to any; another cluster may have other CRDs.
            if (cluster.Length > 0 && name.Length > 0 && name != cluster) continue;
            facts.Add(known.Facts);
            schemas.AddRange(known.Schemas);
        }
        return new DocumentCheck(SchemaSet.Create(schemas), facts);
    }

    /// <summary>What files say of others that are read, and not checked.</summary>
    public static RepositoryNotes Around(CheckFiles files, CancellationToken cancel)
    {
        var isChecked = files.Checked.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var others = files.Context.Where(file => !file.StandsBy && !isChecked.Contains(file.Path)).ToList();
        var read = new List<Note>[others.Count];
        Parallel.For(0, others.Count, new ParallelOptions { CancellationToken = cancel }, i => read[i] = Notes(others[i]));
        var notes = new RepositoryNotes();
        for (var i = 0; i < others.Count; i++)
        {
            var scope = new FileScope(others[i].ShownAs, others[i].Cluster, others[i].Together, IsContext: true);
            foreach (var note in read[i]) notes.Add(scope, note);
        }
        return notes;
    }

    private static List<Note> Notes(CheckedFile file)
    {
        var notes = new List<Note>();
        try
        {
            foreach (var document in DocumentStream.Read(file.Path)) notes.AddRange(DocumentCheck.Notes(document.Utf8, file.ShownAs));
        }
        catch (UserException)
        {
            // Nobody asked for what is wrong in this file.
        }
        return notes;
    }

    private (List<TypeSchema> Schemas, MeshFacts Facts) Of(string cluster)
    {
        if (!_clusters.TryGetValue(cluster, out var known)) _clusters[cluster] = known = ([], new MeshFacts());
        return known;
    }

    private static (List<TypeSchema> Schemas, List<Resource> Resources) Read(CheckedFile file)
    {
        var (schemas, resources) = (new List<TypeSchema>(), new List<Resource>());
        try
        {
            foreach (var document in DocumentStream.Read(file.Path))
                if (IsOfInterest(document.Utf8))
                    Read(document, file, schemas, resources);
        }
        catch (UserException)
        {
            // Whoever checks the file meets the same, and says so.
        }
        return (schemas, resources);
    }

    private static void Read(StreamedDocument document, CheckedFile file, List<TypeSchema> schemas, List<Resource> resources)
    {
        try
        {
            if (YamlReader.Read(document.Utf8, firstLine: document.Line) is { } root) Add(root, depth: 0);
        }
        catch (Exception e) when (e is YamlSyntaxException or UserException)
        {
            // A document that is none is a finding of the check, not of the survey.
        }

        void Add(YamlNode node, int depth)
        {
            const int mostNestedLists = 4;
            if (node is not YamlMapping root) return;
            if ((root["kind"] as YamlScalar)?.AsString?.EndsWith("List", StringComparison.Ordinal) == true && root["items"] is YamlSequence items && depth < mostNestedLists)
                foreach (var item in items.Items) Add(item, depth + 1);
            else if (ManifestStream.IdentityOf(root) is not { } identity) return;
            else if (CrdSchemas.IsCrd(identity)) schemas.AddRange(CrdSchemas.Read(root, file.ShownAs));
            else if (MeshFacts.Concerns(identity)) resources.Add(new Resource(identity, Trimmed(root), $"{file.ShownAs}:{root.Span?.Start}"));
        }
    }

    /// <summary>A large document has few documents of interest in it; looking for bytes is a hundred times faster than reading.</summary>
    private static bool IsOfInterest(ReadOnlySpan<byte> document) =>
        document.IndexOf("CustomResourceDefinition"u8) >= 0 || document.IndexOf("MutatingWebhookConfiguration"u8) >= 0 || document.IndexOf("Namespace"u8) >= 0;

    private static YamlMapping Trimmed(YamlMapping root) => root["metadata"] is { } metadata ? YamlMapping.Of(("metadata", metadata)) : root;
}
