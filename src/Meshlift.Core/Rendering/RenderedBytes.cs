using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Rendering;

/// <summary>What can be said about a rendering as a whole.</summary>
public static class RenderedBytes
{
    /// <summary>A digest over the content of resources, whatever order they came in.</summary>
    /// <param name="resources">The resources, in order of identity.</param>
    public static string Digest(IEnumerable<Resource> resources)
    {
        var all = resources.ToArray();
        Processors.Share(all.Length, resource => all[resource].Root.Entries.Length, resource => all[resource].ToCanonicalYaml());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var resource in all)
        {
            // The separator keeps two resources from being taken for one other.
            hash.AppendData(resource.ToCanonicalYaml().Span);
            hash.AppendData("---\n"u8);
        }
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Refuses what must never reach Git, whoever put it there.</summary>
    /// <param name="rendering">The resources.</param>
    /// <param name="changedBy">What changed them last, for the message: a patch's name, <c>spec.mutate</c>.</param>
    /// <exception cref="UserException">The change put a field of istiod's back.</exception>
    public static void Check(ImmutableArray<ClassifiedResource> rendering, string changedBy)
    {
        var wrong = new StringBuilder();
        foreach (var classified in rendering)
            foreach (var path in WebhookFields.Find(classified.Resource))
                wrong.Append("\n  ").Append(classified.Resource.Identity).Append(": ").Append(path);
        if (wrong.Length > 0)
            throw new UserException(ErrorKind.Refused, $"{changedBy} sets what istiod sets at run time{wrong}", "take that out of it: caBundle is never in Git, and failurePolicy of a validating webhook is Fail or absent");
    }
}
