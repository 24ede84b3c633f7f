using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Mutating;

/// <summary>What the step <c>mutate</c> gives.</summary>
/// <param name="Resources">All resources, changed or not.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record Mutated(ImmutableArray<ClassifiedResource> Resources, ImmutableArray<Finding> Findings);

/// <summary>One change of <c>spec.mutate</c>, made to a rendering. Functions are programs; see <see cref="Functions.FunctionStep"/>.</summary>
public static class Mutator
{
    /// <summary>Makes a change.</summary>
    /// <param name="rendering">All resources.</param>
    /// <param name="mutation">The change; no function.</param>
    /// <param name="setting">Where it stands in the configuration, for messages.</param>
    /// <exception cref="UserException">The change would rename a resource, or cannot be made in a document that it leads into.</exception>
    public static Mutated Apply(ImmutableArray<ClassifiedResource> rendering, Mutation mutation, string setting)
    {
        var places = 0;
        var changed = ImmutableArray.CreateBuilder<ClassifiedResource>(rendering.Length);
        foreach (var classified in rendering)
        {
            if (mutation.Target?.Matches(classified.Resource) == false)
            {
                changed.Add(classified);
                continue;
            }
            var root = Apply(mutation, classified, setting, out var count);
            places += count;
            changed.Add(classified.With(root));
        }
        // A registry that one version uses and the next does not is no mistake; a path that leads nowhere usually is.
        return new Mutated(changed.MoveToImmutable(), places > 0
            ? []
            : [new Finding("ML1006", mutation is Mutation.Registry ? Severity.Note : Severity.Warning, "this mutation changes nothing: no rendered resource has such a place", setting)]);
    }

    private static YamlMapping Apply(Mutation mutation, ClassifiedResource classified, string setting, out int places)
    {
        var root = classified.Resource.Root;
        switch (mutation)
        {
            case Mutation.Labels labels:
                return Metadata(root, "labels", labels.Values, out places);
            case Mutation.Annotations annotations:
                return Metadata(root, "annotations", annotations.Values, out places);
            case Mutation.Set set:
                return SameObject(EmbeddedDocument.Change(root, set.Path.Parts.AsSpan(), SetTo(set.Value), Where(), out places), classified, setting);
            case Mutation.Remove remove:
                return SameObject(EmbeddedDocument.Change(root, remove.Path.Parts.AsSpan(), YamlPlaces.Remove, Where(), out places), classified, setting);
            case Mutation.Registry when classified.Class.Class == ResourceClass.Crd:
                // The texts of CRDs name images only in descriptions.
                places = 0;
                return root;
            case Mutation.Registry registry:
                return (YamlMapping)RegistryMove.Apply(root, registry.From, registry.To, out places);
            default:
                throw new System.Diagnostics.UnreachableException(mutation.GetType().Name);
        }

        string Where() => $"{setting}: {classified.Resource.Identity}";
    }

    private static DocumentEdit SetTo(YamlNode value) => (YamlNode root, YamlPath path, out int places) => YamlPlaces.Set(root, path, value, out places);

    private static YamlMapping Metadata(YamlMapping root, string field, ImmutableSortedDictionary<string, string> values, out int places)
    {
        places = values.Count;
        YamlNode changed = root;
        foreach (var (key, value) in values) changed = YamlPlaces.Set(changed, YamlPath.Keys("metadata", field, key), value, out _);
        return (YamlMapping)changed;
    }

    /// <summary>The file of a resource depends on its identity, and so does who owns it: a mutation may change everything else.</summary>
    private static YamlMapping SameObject(YamlNode changed, ClassifiedResource classified, string setting)
    {
        var before = classified.Resource.Identity;
        return changed is YamlMapping root && ManifestStream.IdentityOf(root) == before
            ? root
            : throw new UserException(ErrorKind.Input, $"{setting}: this would change the identity of {before}", "apiVersion's group, kind, metadata.name and metadata.namespace cannot be mutated; set them where Istio is rendered");
    }
}
