using Meshlift.Core.Delivery;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Placing;

/// <summary>No object stands twice in what the engine applies: two writers of one object undo each other for ever.</summary>
internal static class AppliedOnce
{
    /// <exception cref="UserException">An object stands twice; each is named with both files.</exception>
    public static void Check(DeliveryInput applied, HandWrittenFiles handWritten, ClusterTarget target)
    {
        var generated = applied.Common.Concat(applied.Active).Select(entry => (entry.Resource, entry.Path))
            .Concat(applied.Revisions.SelectMany(revision => revision.Generated.Select(entry => (entry.Resource, $"{revision.Revision}/{entry.Path}"))));
        var seen = new Dictionary<ResourceIdentity, string>();
        var twice = new List<string>();
        foreach (var (resource, path) in generated.Concat(handWritten.Resources))
            if (!seen.TryAdd(resource, path))
                twice.Add($"{resource} in {target.Folder}/{seen[resource]} and {target.Folder}/{path}");
        if (twice.Count > 0)
            throw new UserException(ErrorKind.Refused, $"these objects would be applied twice\n  {string.Join("\n  ", twice)}", "remove your own file, or clean the resource from the rendering (spec.clean)");
    }
}
