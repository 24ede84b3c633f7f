using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Delivery;

/// <summary>Helmfile: each folder is a chart, and a <c>helmfile.yaml</c> lists one release for each, with what it needs.</summary>
/// <remarks>
/// A release of its own for each revision can be installed, rolled back and uninstalled without the others, and stays far below the 1 MiB that the record of
/// a release may have. See docs/decisions/0010-delivery-engines.md.
/// </remarks>
/// <param name="namespace">The namespace that holds the records of the releases.</param>
/// <param name="context">The cluster's context in the kubeconfig; null when the user names it.</param>
public sealed class HelmfileDelivery(string @namespace, string? context) : IDeliveryEngine
{
    /// <summary>The list of releases, below the cluster's folder.</summary>
    internal const string File = "helmfile.yaml";

    // Helm appends its own suffixes to the name of a release, up to the 63 characters of a label.
    private const int LongestName = 53;

    private const int TimeoutInSeconds = 600;

    /// <inheritdoc/>
    public ImmutableArray<DeliveryFile> Files(DeliveryInput input)
    {
        var files = ImmutableArray.CreateBuilder<DeliveryFile>();
        var releases = new List<YamlNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in DeliveryStep.Of(input))
        {
            var name = NameOf(step.Name);
            if (name.Length > LongestName || !names.Add(name))
                throw new UserException(
                    ErrorKind.Input,
                    name.Length > LongestName ? $"the release '{name}' would have a name of {name.Length} characters, and Helm allows {LongestName}" : $"two releases would be called '{name}'",
                    "give the revision another name (spec.istio.revision)");
            files.AddRange(HelmChart.Of(step, name));
            releases.Add(Release(step, name));
        }
        files.Add(new DeliveryFile(File, CanonicalYaml.Write(YamlMapping.Of(("helmDefaults", Defaults()), ("releases", YamlSequence.Of(releases))))));
        return files.DrainToImmutable();
    }

    private static string NameOf(string step) => step == "istio-crds" ? "istio-crd" : step;

    private YamlMapping Release(DeliveryStep step, string name)
    {
        var release = YamlMapping.Of(("name", name), ("chart", $"./{step.Folder}"), ("namespace", @namespace));
        if (!step.After.IsEmpty) release = release.With("needs", YamlSequence.Of(step.After.Select(one => (YamlNode)$"{@namespace}/{NameOf(one)}")));
        // A difference is computed for all releases before the first one is installed, so the CRDs may not be there yet.
        return step.Stage == DeliveryStage.Crds ? release : release.With("disableValidationOnInstall", YamlScalar.Boolean(true));
    }

    private YamlMapping Defaults()
    {
        var defaults = YamlMapping.Of(("timeout", YamlScalar.Integer(TimeoutInSeconds)), ("wait", YamlScalar.Boolean(true)));
        return context is null ? defaults : defaults.With("kubeContext", context);
    }
}
