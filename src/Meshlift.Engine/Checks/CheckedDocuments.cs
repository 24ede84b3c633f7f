using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Functions;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Engine.Checks;

/// <summary>The documents of files that programs beside Meshlift are to see: those with resources that are applied.</summary>
internal static class CheckedDocuments
{
    private const int MostNestedLists = 4;

    /// <summary>The documents, each with its resources. What cannot be read is left out: the check itself says so.</summary>
    public static IEnumerable<(CheckedFile File, StreamedDocument Document, List<CheckedResource> Resources)> Of(IEnumerable<CheckedFile> files, CancellationToken cancel)
    {
        foreach (var file in files.Where(file => !file.StandsBy))
        {
            cancel.ThrowIfCancellationRequested();
            var index = 0;
            foreach (var document in Read(file))
            {
                var resources = new List<CheckedResource>();
                if (Root(document) is { } root) Add(root, file, resources, ref index, depth: 0);
                if (resources.Count > 0) yield return (file, document, resources);
            }
        }
    }

    private static IEnumerable<StreamedDocument> Read(CheckedFile file)
    {
        using var documents = DocumentStream.Read(file.Path).GetEnumerator();
        while (true)
        {
            try
            {
                if (!documents.MoveNext()) yield break;
            }
            catch (UserException)
            {
                yield break;
            }
            yield return documents.Current;
        }
    }

    private static YamlNode? Root(StreamedDocument document)
    {
        try
        {
            return YamlReader.Read(document.Utf8, firstLine: document.Line);
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }

    private static void Add(YamlNode node, CheckedFile file, List<CheckedResource> resources, ref int index, int depth)
    {
        if (node is not YamlMapping root || (root["apiVersion"] as YamlScalar)?.AsString is not { Length: > 0 } apiVersion || (root["kind"] as YamlScalar)?.AsString is not { Length: > 0 } kind) return;
        if (kind.EndsWith("List", StringComparison.Ordinal) && root["items"] is YamlSequence items && depth < MostNestedLists)
            foreach (var item in items.Items) Add(item, file, resources, ref index, depth + 1);
        else if (ResourceIdentity.GroupOf(apiVersion) is not ("kustomize.config.k8s.io" or "meshlift.dev" or "install.istio.io") && ManifestStream.IdentityOf(root) is { } identity)
            resources.Add(new CheckedResource(new Resource(identity, root, $"{file.ShownAs}:{root.Span?.Start}"), file.ShownAs, index++));
    }
}
