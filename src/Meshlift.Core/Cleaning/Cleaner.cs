using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Cleaning;

/// <summary>What the step <c>clean</c> leaves.</summary>
/// <param name="Kept">The resources that stay.</param>
/// <param name="Removed">Those that were left out.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record Cleaned(ImmutableArray<ClassifiedResource> Kept, ImmutableArray<ResourceIdentity> Removed, ImmutableArray<Finding> Findings);

/// <summary>The step <c>clean</c>: resources that the configuration does not want, and fields that must not be in Git, are left out.</summary>
public static class Cleaner
{
    /// <summary>Cleans a rendering.</summary>
    public static Cleaned Clean(ImmutableArray<ClassifiedResource> rendering, IReadOnlyList<CleanRule> rules, IstioVersion version)
    {
        var kept = ImmutableArray.CreateBuilder<ClassifiedResource>(rendering.Length);
        var removed = ImmutableArray.CreateBuilder<ResourceIdentity>();
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var used = new bool[rules.Count];
        foreach (var classified in rendering)
        {
            var isWanted = true;
            for (var i = 0; i < rules.Count; i++)
            {
                if (!rules[i].Target.Matches(classified.Resource)) continue;
                var concerns = !rules[i].OtherProxyVersion ? false : classified.Resource.Identity.Kind == "EnvoyFilter" ? ProxyVersion.Concerns(classified.Resource, version) : true;
                if (concerns is null)
                    findings.Add(new Finding("ML1008", Severity.Warning, $"its proxyVersion is no expression that Meshlift understands, so nobody can tell whether it is for {version}; it stays", classified.Resource.Identity.ToString()));
                if (concerns is not false) continue;
                used[i] = true;
                isWanted = false;
            }
            if (isWanted) kept.Add(classified.With(WebhookFields.Drop(classified.Resource).Root));
            else removed.Add(classified.Resource.Identity);
        }
        for (var i = 0; i < rules.Count; i++)
            if (!used[i])
                findings.Add(new Finding("ML1005", Severity.Note, $"nothing that Istio {version} renders matches this rule", $"spec.clean[{i}]"));
        return new Cleaned(kept.DrainToImmutable(), removed.DrainToImmutable(), findings.DrainToImmutable());
    }
}
