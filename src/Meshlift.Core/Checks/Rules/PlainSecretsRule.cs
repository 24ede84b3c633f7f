using Meshlift.Core.Checks.Across;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>A Secret that is none any more.</summary>
internal sealed class PlainSecretsRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3022", "plain_secrets", Severity.Warning, "a Secret whose content everybody can read who can read the repository");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "", Kind: "Secret" } || resource.Root["sops"] is YamlMapping) yield break;
        foreach (var field in (string[])["data", "stringData"])
        {
            if (resource.Root[field] is not YamlMapping content) continue;
            foreach (var entry in content.Entries)
            {
                // What only stands for a secret is put in by whoever applies it.
                if (entry.Value is not YamlScalar { AsString: { } text } || ValuesReader.IsReference(text)) continue;
                yield return new RuleHit((entry.KeySpan ?? entry.Value.Span)?.Start, $"{field}[\"{entry.Key}\"]", "base64 hides nothing: the content stands in Git, and in its history", "encrypt it (SOPS, Sealed Secrets), or bring it from a secret store");
                yield break;
            }
        }
    }
}
