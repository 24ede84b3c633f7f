using System.Text.RegularExpressions;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Cleaning;

/// <summary>For which proxy versions an EnvoyFilter was written.</summary>
/// <remarks>
/// Charts up to 1.20 rendered one telemetry EnvoyFilter per proxy version, told apart by the regular expression in
/// <c>configPatches[].match.proxy.proxyVersion</c> (EnvoyFilter.ProxyMatch in the Istio API), which istiod matches against the whole version.
/// </remarks>
public static class ProxyVersion
{
    /// <summary>Whether an EnvoyFilter is for a proxy of this version.</summary>
    /// <returns>True or false; null when its expression cannot be understood, so that nobody can tell. True when it names no version.</returns>
    public static bool? Concerns(Resource filter, IstioVersion version)
    {
        if (((filter.Root["spec"] as YamlMapping)?["configPatches"] as YamlSequence)?.Items is not { } patches) return true;
        var unknown = false;
        var named = 0;
        foreach (var patch in patches)
        {
            var match = (patch as YamlMapping)?["match"] as YamlMapping;
            if (((match?["proxy"] as YamlMapping)?["proxyVersion"] as YamlScalar)?.AsString is not { Length: > 0 } expression) return true;
            named++;
            var concerns = Matches(expression, version);
            if (concerns == true) return true;
            unknown |= concerns is null;
        }
        return named == 0 ? true : unknown ? null : false;
    }

    private static bool? Matches(string expression, IstioVersion version)
    {
        try
        {
            // Istio's expressions are RE2; the engine without backtracking is its nearest relative and never runs away on hostile input.
            return Regex.IsMatch(version.ToString(), expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
