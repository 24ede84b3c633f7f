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

/// <summary>The step <c>mutate</c>: the changes of <c>spec.mutate</c>, in their order.</summary>
public static class Mutator
{
    /// <summary>Mutates a rendering.</summary>
    /// <exception cref="UserException">A mutation would rename a resource, or needs what this version does not have.</exception>
    public static Mutated Mutate(ImmutableArray<ClassifiedResource> rendering, IReadOnlyList<Mutation> mutations)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        for (var i = 0; i < mutations.Count; i++)
        {
            var setting = $"spec.mutate[{i}]";
            var places = 0;
            var changed = ImmutableArray.CreateBuilder<ClassifiedResource>(rendering.Length);
            foreach (var classified in rendering)
            {
                if (mutations[i].Target?.Matches(classified.Resource) == false)
                {
                    changed.Add(classified);
                    continue;
                }
                var root = Apply(mutations[i], classified, setting, out var count);
                places += count;
                changed.Add(classified.With(root));
            }
            rendering = changed.MoveToImmutable();
            // A registry that one version uses and the next does not is no mistake; a path that leads nowhere usually is.
            if (places == 0) findings.Add(new Finding("ML1006", mutations[i] is Mutation.Registry ? Severity.Note : Severity.Warning, "this mutation changes nothing: no rendered resource has such a place", setting));
        }
        return new Mutated(rendering, findings.DrainToImmutable());
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
                return SameObject(YamlPlaces.Set(root, set.Path, set.Value, out places), classified, setting);
            case Mutation.Remove remove:
                return SameObject(YamlPlaces.Remove(root, remove.Path, out places), classified, setting);
            case Mutation.Registry when classified.Class.Class == ResourceClass.Crd:
                // The texts of CRDs name images only in descriptions.
                places = 0;
                return root;
            case Mutation.Registry registry:
                return (YamlMapping)RegistryMove.Apply(root, registry.From, registry.To, out places);
            case Mutation.Function function:
                throw new UserException(ErrorKind.Input, $"{setting}: this version of Meshlift does not run KRM functions ({function.Exec})", "remove the function, or do what it does with set, remove, labels or a patch");
            default:
                throw new System.Diagnostics.UnreachableException(mutation.GetType().Name);
        }
    }

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
