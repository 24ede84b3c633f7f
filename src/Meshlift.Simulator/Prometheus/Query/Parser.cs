using System.Collections.Immutable;
using System.Globalization;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>Reads PromQL, as much of it as <see cref="Evaluator"/> evaluates. Anything else is refused by its name.</summary>
internal sealed class Parser
{
    // What nests deeper was not written by a person.
    private const int Deepest = 64;
    private static readonly string[] Aggregations = ["sum", "avg", "min", "max", "count", "topk"];
    private static readonly string[] NotKnown = ["bottomk", "quantile", "stddev", "stdvar", "count_values", "group", "limitk", "limit_ratio"];
    private static readonly Dictionary<string, int> Precedence = new(StringComparer.Ordinal)
    {
        ["or"] = 1, ["and"] = 2, ["unless"] = 2, ["=="] = 3, ["!="] = 3, ["<"] = 3, ["<="] = 3, [">"] = 3, [">="] = 3, ["+"] = 4, ["-"] = 4, ["*"] = 5, ["/"] = 5, ["%"] = 5, ["^"] = 6,
    };

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private Parser(string query) => _tokens = Lexer.Read(query);

    private Token Next => _tokens[_at];

    /// <exception cref="QueryException">It is no query, or asks for what is not known here.</exception>
    public static Expression Parse(string query)
    {
        var parser = new Parser(query);
        if (parser.Next.Kind == TokenKind.End) throw new QueryException("unknown position: parse error: no expression found in input");
        var expression = parser.Operation(1);
        return parser.Next.Kind == TokenKind.End ? expression : throw parser.Unexpected("in query");
    }

    private Expression Operation(int least)
    {
        if (++_depth > Deepest) throw new QueryException($"the query nests deeper than {Deepest} levels");
        var left = Unary();
        while (Precedence.TryGetValue(Next.Text, out var precedence) && Next.Kind is TokenKind.Sign or TokenKind.Name && precedence >= least)
        {
            var @operator = Take().Text;
            var isBool = TakeWord("bool");
            if (isBool && precedence != 3) throw new QueryException($"bool modifier can only be used on comparison operators, not on '{@operator}'");
            ImmutableArray<string>? on = TakeWord("on") ? Names() : null;
            var ignoring = on is null && TakeWord("ignoring") ? Names() : [];
            if (Next.Text is "group_left" or "group_right") throw new QueryException($"'{Next.Text}' is not known here: both sides must have one series for the same labels");
            // To the right the power binds itself, everything else to the left.
            left = new Expression.Binary(@operator, left, Operation(@operator == "^" ? precedence : precedence + 1), isBool, on, ignoring);
        }
        _depth--;
        return left;
    }

    private Expression Unary()
    {
        if (TakeSign("+")) return Operation(6);
        if (TakeSign("-")) return new Expression.Negation(Operation(6));
        var expression = Primary();
        if (Next is { Kind: TokenKind.Sign, Text: "[" })
        {
            if (expression is not Expression.Selector { Range: null } selector) throw new QueryException("subqueries are not known here: a range stands behind a selector");
            Take();
            expression = selector with { Range = Duration() };
            if (Next.Text == ":") throw new QueryException("subqueries are not known here");
            Require("]");
        }
        if (Next is { Kind: TokenKind.Sign, Text: "@" }) throw new QueryException("the modifier '@' is not known here");
        if (!TakeWord("offset")) return expression;
        var isLater = TakeSign("-");
        var offset = Duration();
        return expression is Expression.Selector moved ? moved with { Offset = isLater ? -offset : offset } : throw new QueryException("offset modifier must be preceded by a selector");
    }

    private Expression Primary()
    {
        if (TakeSign("("))
        {
            var inner = Operation(1);
            Require(")");
            return inner;
        }
        if (Next.Kind == TokenKind.Number) return new Expression.Number(Number(Take()));
        if (Next is { Kind: TokenKind.Sign, Text: "{" }) return Selector("");
        if (Next.Kind != TokenKind.Name) throw Unexpected("in query");
        var name = Take();
        if (name.Text is "Inf" or "inf") return new Expression.Number(double.PositiveInfinity);
        if (name.Text is "NaN" or "nan") return new Expression.Number(double.NaN);
        if (Next.Text is "(" or "by" or "without")
        {
            if (Aggregations.Contains(name.Text, StringComparer.Ordinal)) return Aggregation(name.Text);
            if (NotKnown.Contains(name.Text, StringComparer.Ordinal) || Next.Text != "(") throw new QueryException($"unknown aggregation: '{name.Text}' is not known here");
            if (!QueryFunctions.Known.TryGetValue(name.Text, out var parameters)) throw new QueryException($"1:{name.At + 1}: parse error: unknown function with name \"{name.Text}\"");
            var arguments = Arguments();
            return arguments.Length == parameters ? new Expression.Call(name.Text, arguments) : throw new QueryException($"expected {parameters} argument(s) in call to \"{name.Text}\", got {arguments.Length}");
        }
        return Selector(name.Text);
    }

    private Expression.Aggregation Aggregation(string name)
    {
        var labels = Grouping();
        var arguments = Arguments();
        labels ??= Grouping();
        if (arguments.Length != (name == "topk" ? 2 : 1)) throw new QueryException($"wrong number of arguments for aggregate expression provided, expected {(name == "topk" ? 2 : 1)}, got {arguments.Length}");
        return new Expression.Aggregation(name, name == "topk" ? arguments[0] : null, arguments[^1], labels?.Labels ?? [], labels?.IsWithout ?? false);
    }

    private (ImmutableArray<string> Labels, bool IsWithout)? Grouping() => TakeWord("by") ? (Names(), false) : TakeWord("without") ? (Names(), true) : null;

    private ImmutableArray<Expression> Arguments()
    {
        Require("(");
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        while (!TakeSign(")"))
        {
            arguments.Add(Operation(1));
            if (!TakeSign(",") && Next.Text != ")") throw Unexpected("in function call");
        }
        return arguments.DrainToImmutable();
    }

    private ImmutableArray<string> Names()
    {
        Require("(");
        var names = ImmutableArray.CreateBuilder<string>();
        while (!TakeSign(")"))
        {
            if (Next.Kind != TokenKind.Name) throw Unexpected("in grouping");
            names.Add(Take().Text);
            if (!TakeSign(",") && Next.Text != ")") throw Unexpected("in grouping");
        }
        return names.DrainToImmutable();
    }

    private Expression.Selector Selector(string metric)
    {
        var labels = ImmutableArray.CreateBuilder<Matcher>();
        if (TakeSign("{"))
            while (!TakeSign("}"))
            {
                if (Next.Kind != TokenKind.Name) throw Unexpected("in label matching");
                var name = Take().Text;
                if (Next.Text is not ("=" or "!=" or "=~" or "!~")) throw Unexpected("in label matching, expected one of \"=\", \"!=\", \"=~\", \"!~\"");
                var @operator = Take().Text;
                if (Next.Kind != TokenKind.Text) throw Unexpected("in label matching, expected string");
                labels.Add(new Matcher(name, @operator, Take().Text));
                if (!TakeSign(",") && Next.Text != "}") throw Unexpected("in label matching");
            }
        if (metric.Length == 0 && labels.All(label => label.Matches(""))) throw new QueryException("vector selector must contain at least one non-empty matcher");
        return new Expression.Selector(metric, labels.DrainToImmutable(), null, TimeSpan.Zero);
    }

    private TimeSpan Duration()
    {
        var token = Take();
        return token.Kind == TokenKind.Duration && Durations.Parse(token.Text) is { } duration ? duration : throw new QueryException($"1:{token.At + 1}: parse error: not a valid duration string: \"{token.Text}\"");
    }

    private static double Number(Token token) =>
        token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(token.Text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex
        : double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw new QueryException($"1:{token.At + 1}: parse error: bad number or duration syntax: \"{token.Text}\"");

    private Token Take() => Next.Kind == TokenKind.End ? throw Unexpected("in query") : _tokens[_at++];

    private bool TakeSign(string sign) => TakeIf(TokenKind.Sign, sign);

    private bool TakeWord(string word) => TakeIf(TokenKind.Name, word);

    private bool TakeIf(TokenKind kind, string text)
    {
        if (Next.Kind != kind || Next.Text != text) return false;
        _at++;
        return true;
    }

    private void Require(string sign)
    {
        if (!TakeSign(sign)) throw Unexpected($", expected \"{sign}\"");
    }

    private QueryException Unexpected(string where) => new($"1:{Next.At + 1}: parse error: unexpected {(Next.Kind == TokenKind.End ? "end of input" : $"\"{Next.Text}\"")} {where}");
}
