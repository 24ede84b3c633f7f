using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>Rendered resources that are left out.</summary>
/// <param name="Target">Which.</param>
/// <param name="OtherProxyVersion">True when only EnvoyFilters are meant that say themselves that they are for another proxy version than the one rendered.</param>
public sealed record CleanRule(ResourceSelector Target, bool OtherProxyVersion)
{
    internal static Shape<CleanRule> Shape { get; } = Shapes.Mapping("clean rule", "Leaves rendered resources out. All that is given must match.", fields =>
    {
        var rule = new CleanRule(
            ResourceSelector.Declare(fields),
            fields.Optional("proxyVersion", Shapes.Choice<bool>("proxy version", new Word<bool>("other", true, "written for another proxy version than the one that is rendered")).OrNull(),
                "only EnvoyFilters that name a proxy version: `other` is every version but the rendered one") ?? false);
        fields.AtLeastOneOf([.. ResourceSelector.Keys, "proxyVersion"]);
        fields.Check(refuse =>
        {
            if (rule.OtherProxyVersion && rule.Target.Kind?.Matches("EnvoyFilter") == false) refuse("kind",
                $"proxyVersion selects among EnvoyFilters, and the kind {rule.Target.Kind} is none; remove one of the two");
            if (!rule.OtherProxyVersion && rule.Target.MatchesAll) refuse("", "this rule would leave everything out; select by group, kind, name, namespace or labels");
        });
        return rule;
    });
}
