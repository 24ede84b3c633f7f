using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Meshlift.CommandLine.Usage;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    private const string OfTheProgram = """
        Exit codes:
          0    done, or nothing found
          1    something was found: a finding of severity 'error', a difference, drift
          2    the arguments, the configuration or the manifests are wrong
          3    the network, Git, the file system or a missing program
          4    refused: a rule or a gate says no
          130  interrupted

        Start with:
          meshlift demo
          meshlift init
          meshlift render --help
        """;

    /// <summary>Adds what the library does not print: the details of commands, and for the program its exit codes.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new WithDetails((HelpAction)option.Action!);
    }

    /// <summary>Prints the help of the program.</summary>
    public static void Write(RootCommand root, TextWriter output) => root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = output });

    private sealed class WithDetails(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => inner.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            var details = parseResult.CommandResult.Command switch
            {
                DocumentedCommand command => command.Details,
                RootCommand => OfTheProgram,
                _ => "",
            };
            if (details.Length > 0) parseResult.InvocationConfiguration.Output.WriteLine(details);
            return code;
        }
    }
}
