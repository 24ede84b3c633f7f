using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>Notes that a rule between several values is broken.</summary>
/// <param name="path">The value to blame, from the mapping that is checked: <c>waves[1].percent</c>. Where it is absent, what is there of its path is blamed.</param>
/// <param name="message">What is wrong, and what to do about it.</param>
internal delegate void Refuse(string path, string message);

/// <summary>
/// What the declaration of a mapping asks for its fields. Asked by a reader it answers with what the file says; asked by a describer it notes what was asked
/// for and answers with nothing, so a declaration may use its answers only inside <see cref="Check"/>.
/// </summary>
internal abstract class Fields
{
    /// <summary>A key that must be there.</summary>
    public T Required<T>(string key, Shape<T> shape, string meaning) => Field(key, shape, meaning, isRequired: true, fallback: null);

    /// <summary>A key that may be absent: null then. A shape of a value type needs <see cref="Shapes.OrNull{T}"/>.</summary>
    public T? Optional<T>(string key, Shape<T> shape, string meaning) => Field(key, shape, meaning, isRequired: false, fallback: null);

    /// <summary>A key that may be absent.</summary>
    /// <param name="key">The key.</param>
    /// <param name="shape">What its value is.</param>
    /// <param name="fallback">The plain YAML of what counts when it is absent.</param>
    /// <param name="meaning">What it is for.</param>
    public T Optional<T>(string key, Shape<T> shape, string fallback, string meaning) => Field(key, shape, meaning, isRequired: false, fallback);

    /// <summary>A list that may be absent: empty then.</summary>
    public ImmutableArray<T> List<T>(string key, Shape<T> item, string meaning) => Field(key, Shapes.List(item), meaning, isRequired: false, "[]");

    /// <summary>A mapping that may be absent: it then has the defaults of all its fields.</summary>
    public T Section<T>(string key, Shape<T> shape, string meaning) => Field(key, shape, meaning, isRequired: false, "{}");

    /// <summary>True when the file itself says something about a key.</summary>
    public abstract bool Has(string key);

    /// <summary>Of these keys exactly one must be there.</summary>
    public abstract void ExactlyOneOf(params ImmutableArray<string> keys);

    /// <summary>Of these keys at least one must be there.</summary>
    public abstract void AtLeastOneOf(params ImmutableArray<string> keys);

    /// <summary>No two of the values at a path may be equal.</summary>
    /// <param name="noun">What they name: "cluster".</param>
    /// <param name="path">Where they stand, from this mapping: <c>environments[*].clusters[*].name</c>.</param>
    /// <param name="normal">Makes equal what only looks different; as it is when null.</param>
    public abstract void Unique(string noun, string path, Func<string, string>? normal = null);

    /// <summary>
    /// A rule between values. It is only looked at when the mapping and all below it are good by themselves, and no rule declared before it is broken: nobody is
    /// told twice of one mistake.
    /// </summary>
    public abstract void Check(Action<Refuse> check);

    protected abstract T Field<T>(string key, Shape<T> shape, string meaning, bool isRequired, string? fallback);

    /// <summary>The value that a default's text stands for.</summary>
    protected static YamlNode Default(string text) => text switch
    {
        "[]" => new YamlSequence([]),
        "{}" => YamlMapping.Empty,
        _ => YamlScalar.FromPlainText(text),
    };
}

/// <summary>Notes the fields that a declaration asks for.</summary>
internal sealed class FieldDescriber : Fields
{
    private readonly ImmutableArray<FieldDescription>.Builder _fields = ImmutableArray.CreateBuilder<FieldDescription>();
    private readonly ImmutableArray<KeyGroup>.Builder _groups = ImmutableArray.CreateBuilder<KeyGroup>();

    public ImmutableArray<FieldDescription> Described => _fields.ToImmutable();

    public ImmutableArray<KeyGroup> Groups => _groups.ToImmutable();

    public override bool Has(string key) => false;

    public override void ExactlyOneOf(params ImmutableArray<string> keys) => _groups.Add(new KeyGroup(keys, IsExclusive: true));

    public override void AtLeastOneOf(params ImmutableArray<string> keys) => _groups.Add(new KeyGroup(keys, IsExclusive: false));

    public override void Unique(string noun, string path, Func<string, string>? normal = null) { }

    public override void Check(Action<Refuse> check) { }

    protected override T Field<T>(string key, Shape<T> shape, string meaning, bool isRequired, string? fallback)
    {
        _fields.Add(new FieldDescription(key, shape.Describe(), isRequired, fallback, meaning));
        return default!;
    }
}
