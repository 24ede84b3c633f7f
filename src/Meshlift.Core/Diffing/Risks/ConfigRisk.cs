using System.Collections.Frozen;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>The configuration that stands in ConfigMaps: of the mesh, of the injector, of the charts.</summary>
internal static class ConfigRisk
{
    // What, in a template of a pod, takes a guard away. The text has no structure, so that a line is judged by what it says.
    private static readonly string[] Grave =
    [
        "privileged: true", "allowPrivilegeEscalation: true", "hostNetwork: true", "hostPID: true", "hostIPC: true", "runAsUser: 0", "runAsNonRoot: false", "hostPath:",
        "readOnlyRootFilesystem: false",
    ];

    private static readonly FrozenSet<string> Behaviour = FrozenSet.Create(
        StringComparer.Ordinal, "compatibilityVersion", "enableAutoMtls", "trustDomain", "outboundTrafficPolicy", "pathNormalization", "defaultConfig", "discoverySelectors", "rootNamespace");

    public static Judged Of(Change change, ResourceDiff resource)
    {
        var place = change.Path.Place;
        if (FlippedDefaults.Of(change, resource) is { } flag) return flag;
        // The values of the charts are a record; what follows from them shows where it takes effect.
        if (resource.Identity.Name == "values" || resource.Identity.Name.StartsWith("values-", StringComparison.Ordinal)) 
            return new(DiffRisk.Low, FlippedDefaults.OfValue(change) is { } meaning ? $"the record of the charts' values: {meaning}" : "the record of the charts' values");
        if (place.EndsWith("/#", StringComparison.Ordinal)) return Template(change, resource);
        if (place.EndsWith("/hub", StringComparison.Ordinal) || place.EndsWith("/image", StringComparison.Ordinal))
            return ImageRisk.Of((change.Before as YamlScalar)?.AsString, (change.After as YamlScalar)?.AsString);
        if (place.StartsWith("data/mesh/", StringComparison.Ordinal))
        {
            var setting = place.Split('/').ElementAtOrDefault(3) ?? "";
            return new(Behaviour.Contains(setting) ? DiffRisk.High : DiffRisk.Medium, $"setting of the mesh{(setting.Length == 0 ? "" : $": {setting}")}");
        }
        if (place.StartsWith("data/values/", StringComparison.Ordinal))
            return change.Kind == DiffKind.Added ? new(DiffRisk.Low, "a value that injection templates may use") : new(DiffRisk.Medium, "a value that injection templates may use");
        if (place.StartsWith("data/config/", StringComparison.Ordinal)) return new(DiffRisk.Medium, "how pods are injected");
        return place.StartsWith("data", StringComparison.Ordinal) ? new(DiffRisk.Medium, "configuration") : new(DiffRisk.Low, "");
    }

    private static Judged Template(Change change, ResourceDiff resource)
    {
        var (before, after) = ((change.Before as YamlScalar)?.Value ?? "", (change.After as YamlScalar)?.Value ?? "");
        if (Array.Find(Grave, words => after.Contains(words, StringComparison.Ordinal) && !before.Contains(words, StringComparison.Ordinal)) is { } loosened)
            return new(DiffRisk.High, $"security context loosened in a template: {loosened.TrimEnd(':')}");
        return new(DiffRisk.Medium, resource.Identity.Name.Contains("injector", StringComparison.Ordinal) ? "what is injected into pods changes" : "configuration");
    }
}
