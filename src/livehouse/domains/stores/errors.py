"""Why the stores domain may decline."""

from livehouse.foundation.errors import DomainError, Refusal
from livehouse.foundation.text import N_


class SlugTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "store_slug_taken"
    message = N_("The address “{slug}” is taken, or was once: addresses are never used again.")


class HandleTaken(DomainError):
    kind = Refusal.CONFLICT
    code = "handle_taken"
    message = N_("Another product of this store has the handle “{handle}”.")


class ProductChanged(DomainError):
    kind = Refusal.CONFLICT
    code = "product_changed"
    message = N_("Somebody else changed this product meanwhile. Please look at it again.")


class StockHeld(DomainError):
    kind = Refusal.CONFLICT
    code = "stock_held"
    message = N_("{held} are held by buyers who may still pay, so stock cannot be less.")


class AccountUnknown(DomainError):
    kind = Refusal.INVALID
    code = "account_unknown"
    message = N_("Nobody has an account with this e-mail. Ask them to sign up first.")


class ImportRunning(DomainError):
    kind = Refusal.CONFLICT
    code = "import_running"
    message = N_("An import of this store is running. Please wait until it is done.")


class FileTooLarge(DomainError):
    kind = Refusal.TOO_LARGE
    code = "file_too_large"
    message = N_("The file is larger than {megabytes} MB. Please split it.")


class TooManyRows(DomainError):
    kind = Refusal.TOO_LARGE
    code = "too_many_rows"
    message = N_("The file has more than {rows} rows. Please split it.")


class NotACatalogue(DomainError):
    kind = Refusal.INVALID
    code = "not_a_catalogue"
    message = N_(
        "This is not a product CSV: its first line must name the columns Handle, Title and "
        "Variant Price."
    )


class RowRefused(DomainError):
    """A row of an import that is left out; the others go on."""

    kind = Refusal.INVALID
    code = "row_refused"
    message = N_("This row cannot be read.")


class RowMalformed(RowRefused):
    code = "row_malformed"
    message = N_("The quotation marks or commas of this row do not add up.")


class RowNotText(RowRefused):
    code = "row_not_text"
    message = N_("This row has characters that are not text. Save the file as “CSV UTF-8”.")


class RowsLeftOut(RowRefused):
    code = "rows_left_out"
    message = N_("Too much is broken before this row. Mend the rows above and import again.")


class HandleMissing(RowRefused):
    code = "handle_missing"
    message = N_("The row has no handle, so we cannot tell which product it belongs to.")


class HandleInvalid(RowRefused):
    code = "handle_invalid"
    message = N_("A handle has letters, digits and hyphens only.")


class TitleMissing(RowRefused):
    code = "title_missing"
    message = N_("The first row of a product needs a title.")


class FieldTooLong(RowRefused):
    code = "field_too_long"
    message = N_("{column} is longer than {characters} characters.")


class PriceMissing(RowRefused):
    code = "price_missing"
    message = N_("The row has no price.")


class PriceInvalid(RowRefused):
    code = "price_invalid"
    message = N_("{column}: “{value}” is not a price. Write it like 19.90.")


class PriceNegative(RowRefused):
    code = "price_negative"
    message = N_("{column}: a price is never below zero.")


class PriceDigits(RowRefused):
    code = "price_digits"
    message = N_("{column}: {currency} has {digits} digits after the point, “{value}” has more.")


class QuantityInvalid(RowRefused):
    code = "quantity_invalid"
    message = N_("“{value}” is not a quantity. Write a whole number from zero up.")


class NumberInvalid(RowRefused):
    code = "number_invalid"
    message = N_("{column}: “{value}” is not a number we can use.")


class FlagInvalid(RowRefused):
    code = "flag_invalid"
    message = N_("{column}: write true or false, not “{value}”.")


class TooManyOptions(RowRefused):
    code = "too_many_options"
    message = N_("A product has at most {count} options.")


class OptionNameRepeated(RowRefused):
    code = "option_name_repeated"
    message = N_("Two options have the name “{name}”.")


class OptionNameMissing(RowRefused):
    code = "option_name_missing"
    message = N_("The option value “{value}” belongs to no option: its name is missing.")


class OptionValueMissing(RowRefused):
    code = "option_value_missing"
    message = N_("The option “{name}” has no value here.")


class OptionsRepeated(RowRefused):
    code = "options_repeated"
    message = N_("Line {line} has the same options already.")


class OptionsDiffer(RowRefused):
    code = "options_differ"
    message = N_("In the store this product has a different number of options.")


class TooManyVariants(RowRefused):
    code = "too_many_variants"
    message = N_("A product has at most {count} variants.")


class TooManyImages(RowRefused):
    code = "too_many_images"
    message = N_("A product has at most {count} pictures.")


class ProductRefused(RowRefused):
    code = "product_refused"
    message = N_("The product itself was refused: see line {line}.")


class StockBelowHeld(RowRefused):
    code = "stock_below_held"
    message = N_("{held} are held by buyers who may still pay, so stock cannot be {quantity}.")


class NotDelivered(DomainError):
    kind = Refusal.CONFLICT
    code = "not_delivered"
    message = N_("The store does not deliver to this country.")


class TooManyDeliveryMethods(DomainError):
    kind = Refusal.CONFLICT
    code = "too_many_delivery_methods"
    message = N_("A store has at most {count} delivery methods. Change one of them.")
